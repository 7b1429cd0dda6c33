using Atrium.Server.Tests.Gateway.Speech.Hearing;

namespace Atrium.Server.Tests.Conformance.OpenAi;

/// <summary>Answers of the audio calls of the OpenAI API have the published shape.</summary>
public sealed class OpenAiAudioAnswerTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private SchemaJudge Judge => field ??= new(scene.Hub.Client, scene.Key);

    [Theory]
    [InlineData("CreateTranscriptionResponseJson", "json")]
    [InlineData("CreateTranscriptionResponseVerboseJson", "verbose_json")]
    [InlineData("CreateTranscriptionResponseVerboseJson", "verbose_json", "word", "segment")]
    [InlineData("CreateTranscriptionResponseDiarizedJson", "diarized_json")]
    public async Task A_transcription(string schema, string format, params string[] granularities) =>
        await Judge.CallAsync("post", "/audio/transcriptions", content: Form([("response_format", format), .. granularities.Select(granularity => ("timestamp_granularities[]", granularity))]), named: schema);

    [Theory]
    [InlineData("json")]
    [InlineData("diarized_json")]
    public async Task A_transcription_in_events(string format) =>
        await Judge.StreamAsync("/audio/transcriptions", Form([("response_format", format), ("stream", "true")]), "CreateTranscriptionResponseStreamEvent");

    [Theory]
    [InlineData("CreateTranslationResponseJson", "json")]
    [InlineData("CreateTranslationResponseVerboseJson", "verbose_json")]
    public async Task A_translation(string schema, string format) => await Judge.CallAsync("post", "/audio/translations", content: Form([("response_format", format)]), named: schema);

    [Fact]
    public async Task Speech_in_events()
    {
        using var body = new StringContent("""{"model":"tts","input":"Good morning.","voice":"alloy","stream_format":"sse"}""", System.Text.Encoding.UTF8, "application/json");
        await scene.DeployAsync("tts", new { format = "OpenAI", name = "tts", version = "001" });
        await Judge.StreamAsync("/audio/speech", body, "CreateSpeechResponseStreamEvent");
    }

    private static MultipartFormDataContent Form((string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new StringContent("whisper"), "model" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(HearingScene.Amiable), "file", "a.wav");
        return form;
    }
}
