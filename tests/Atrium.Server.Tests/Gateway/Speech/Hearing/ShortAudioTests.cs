using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Speech to text for short audio, as curl and small devices call it.</summary>
public sealed class ShortAudioTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private const string Said = "he might even have been made amiable himself";
    private const string Wav = "audio/wav; codecs=audio/pcm; samplerate=16000";

    [Theory]
    [InlineData("conversation")]
    [InlineData("interactive")]
    [InlineData("dictation")]
    public async Task The_simple_format_has_the_text_and_its_place(string mode)
    {
        var (status, type, body) = await scene.SendAsync(Path(mode: mode), HearingScene.Amiable, Wav);
        var answer = JsonNode.Parse(body)!.AsObject();
        Assert.Equal((HttpStatusCode.OK, "application/json"), (status, type));
        Assert.Equal(["RecognitionStatus", "Offset", "Duration", "DisplayText"], answer.Select(p => p.Key));
        Assert.Equal(("Success", "He might even have been made amiable himself."), ((string?)answer["RecognitionStatus"], (string?)answer["DisplayText"]));
        Assert.InRange((long)answer["Offset"]!, 1_000_000, 5_000_000);
        Assert.InRange((long)answer["Duration"]!, 24_000_000, 33_000_000);
    }

    [Fact]
    public async Task The_detailed_format_has_the_forms_of_the_text_and_the_words_where_they_are_asked_for()
    {
        var best = JsonNode.Parse((await scene.SendAsync(Path("&format=detailed&wordLevelTimestamps=true"), HearingScene.Amiable, Wav)).Body)!["NBest"]![0]!;
        Assert.Equal((Said, Said, Said), ((string?)best["Lexical"], (string?)best["ITN"], (string?)best["MaskedITN"]));
        Assert.Equal("He might even have been made amiable himself.", (string?)best["Display"]);
        Assert.InRange((double)best["Confidence"]!, 0.5, 1);
        var words = best["Words"]!.AsArray();
        Assert.Equal(Said.Split(' '), words.Select(w => (string)w!["Word"]!));
        Assert.Equal(words.Select(w => (long)w!["Offset"]!).Order(), words.Select(w => (long)w!["Offset"]!));
        Assert.Null(JsonNode.Parse((await scene.SendAsync(Path("&format=detailed"), HearingScene.Amiable, Wav)).Body)!["NBest"]![0]!["Words"]);
    }

    [Fact]
    public async Task Audio_may_come_in_chunks_of_which_nobody_knows_the_end()
    {
        using var content = HearingScene.WithType(new StreamContent(new SlowStream(WavWriter.Write(Samples(), dataBytes: uint.MaxValue))), Wav);
        var (status, _, body) = await scene.SendAsync(Path(), content);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Said, HearingScene.Words((string)JsonNode.Parse(body)!["DisplayText"]!));
    }

    [Fact]
    public async Task Opus_in_Ogg_is_heard()
    {
        Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");
        using var folder = new TempFolder();
        await Ffmpeg.EncodeAsync(["-i", HearingScene.AmiablePath], folder["a.ogg"], "-c:a", "libopus");
        var (_, _, body) = await scene.SendAsync(Path(), await File.ReadAllBytesAsync(folder["a.ogg"], TestContext.Current.CancellationToken), "audio/ogg; codecs=opus");
        Assert.Equal(Said, HearingScene.Words((string)JsonNode.Parse(body)!["DisplayText"]!));
    }

    [Fact]
    public async Task Silence_is_told_and_noise_is_no_match_or_silence()
    {
        var silent = JsonNode.Parse((await scene.SendAsync(Path(), WavWriter.Write(new float[32_000]), Wav)).Body)!;
        Assert.Equal(("InitialSilenceTimeout", 20_000_000), ((string?)silent["RecognitionStatus"], (long)silent["Offset"]!));
    }

    [Theory]
    [InlineData("", "", "language")]
    [InlineData("not a locale", "", "language")]
    [InlineData("en-US", "&format=fancy", "format")]
    [InlineData("en-US", "&profanity=tagged", "profanity")]
    public async Task A_mistake_is_told_with_its_parameter(string language, string query, string target)
    {
        var (status, _, body) = await scene.SendAsync(Path(query, language), HearingScene.Amiable, Wav);
        Assert.Equal((HttpStatusCode.BadRequest, target), (status, (string?)JsonNode.Parse(body)!["error"]!["target"]));
    }

    [Fact]
    public async Task What_is_no_audio_or_too_long_is_refused_and_another_language_names_what_would_serve_it()
    {
        foreach (var bytes in (byte[][])[[], HearingScene.Amiable[..50_000], WavWriter.Write(new float[100], rate: 1)])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync(Path(), bytes, Wav)).Status);
        }

        var tooLong = await scene.SendAsync(Path(), WavWriter.Write(new float[61 * 16_000]), Wav);
        Assert.Equal((HttpStatusCode.BadRequest, "AudioTooLong"), (tooLong.Status, (string?)JsonNode.Parse(tooLong.Body)!["error"]!["code"]));
        var german = await scene.SendAsync(Path(language: "de-DE"), HearingScene.Amiable, Wav);
        Assert.Equal(HttpStatusCode.NotImplemented, german.Status);
        Assert.Contains("Kind 'Speech' and Serves 'recognition'", (string?)JsonNode.Parse(german.Body)!["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.SendAsync(Path(mode: "song"), HearingScene.Amiable, Wav)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.SendAsync(Path(), HearingScene.Amiable, Wav, key: "wrong")).Status);
    }

    [Fact]
    public async Task Pronunciation_is_not_judged_and_that_is_said()
    {
        using var audio = HearingScene.WithType(new ByteArrayContent(HearingScene.Amiable), Wav);
        audio.Headers.TryAddWithoutValidation("Pronunciation-Assessment", "eyJSZWZlcmVuY2VUZXh0IjoiSGUifQ==");
        var (status, _, body) = await scene.SendAsync(Path(), audio);
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("pronunciation", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_says_so_answers_instead()
    {
        await using var upstream = new ScriptedUpstream { Says = ["""{"RecognitionStatus":"Success","Offset":0,"Duration":25000000,"DisplayText":"Guten Tag"}"""] };
        await upstream.StartAsync();
        var (project, key) = await scene.AddProjectAsync($"speech-{Guid.NewGuid():N}"[..20]);
        var connection = new { properties = new { category = "CognitiveService", authType = "ApiKey", target = upstream.Address, metadata = new Dictionary<string, string> { ["Kind"] = "Speech", ["Serves"] = "recognition" }, credentials = new { key = "speech-secret" } } };
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.CallAsync("PUT", $"{project}/connections/speech?api-version=2024-04-01", connection)).Status);
        var (status, _, body) = await scene.SendAsync(Path(language: "de-DE"), HearingScene.Amiable, Wav, key);
        Assert.Equal((HttpStatusCode.OK, "Guten Tag"), (status, (string?)JsonNode.Parse(body)!["DisplayText"]));
        Assert.Equal("/speech/recognition/conversation/cognitiveservices/v1", upstream.Asked[^1].Path);
        Assert.Equal(("?language=de-DE", "speech-secret"), upstream.LastSafety);
        Assert.Equal(HearingScene.Amiable.Length, (int)upstream.Last["length"]!);

        // Another project's connection is not there for the account.
        Assert.Equal(HttpStatusCode.NotImplemented, (await scene.SendAsync(Path(language: "de-DE"), HearingScene.Amiable, Wav)).Status);
    }

    private static float[] Samples()
    {
        var wav = HearingScene.Amiable.AsSpan(44);
        var samples = new float[wav.Length / 2];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = System.Buffers.Binary.BinaryPrimitives.ReadInt16LittleEndian(wav[(2 * i)..]) / 32768f;
        }

        return samples;
    }

    private static string Path(string query = "", string language = "en-US", string mode = "conversation") => $"/speech/recognition/{mode}/cognitiveservices/v1?language={Uri.EscapeDataString(language)}{query}";

    /// <summary>Gives a little at a time, and no length.</summary>
    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 3000));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, 3000)], cancellationToken);
    }
}
