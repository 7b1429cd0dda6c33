using System.ClientModel;
using Atrium.Server.Tests.Support;
using Azure.AI.OpenAI;
using OpenAI;
using OpenAI.Audio;

namespace Atrium.Clients.Tests;

/// <summary>Speech to text by OpenAI and Azure.AI.OpenAI, on the model that stands in for whisper.</summary>
public sealed class TranscriptionTests : IAsyncLifetime
{
    private const string Said = "He might even have been made amiable himself.";
    private static readonly string Recording = Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav");
    private HubServer hub = null!;
    private string key = "";

    public static TheoryData<string> Dialects => ["openai", "azure"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        var made = await NewHub.MakeAsync(hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g");
        key = made.Key;
        var deployment = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = "whisper", version = "001" } } };
        Assert.True((await hub.Client.CallAsync("PUT", $"{made.Account}/deployments/whisper?api-version=2024-10-01", deployment)).Message.IsSuccessStatusCode);
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_recording_is_written_down_with_its_words_and_segments(string dialect)
    {
        var options = new AudioTranscriptionOptions { ResponseFormat = AudioTranscriptionFormat.Verbose, TimestampGranularities = AudioTimestampGranularities.Word | AudioTimestampGranularities.Segment };
        var heard = (await Client(dialect).TranscribeAudioAsync(Recording, options)).Value;
        Assert.Equal((Said, "english"), (heard.Text, heard.Language));
        Assert.InRange(heard.Duration!.Value.TotalSeconds, 3.2, 3.4);
        Assert.Equal(Said, Assert.Single(heard.Segments).Text);
        Assert.Equal(["He", "might", "even", "have", "been", "made", "amiable", "himself"], heard.Words.Select(w => w.Word));
        Assert.All(heard.Words, w => Assert.True(w.StartTime <= w.EndTime));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_recording_is_read_from_a_stream_in_every_format(string dialect)
    {
        foreach (var format in (AudioTranscriptionFormat[])[AudioTranscriptionFormat.Simple, AudioTranscriptionFormat.Text, AudioTranscriptionFormat.Srt, AudioTranscriptionFormat.Vtt])
        {
            await using var stream = File.OpenRead(Recording);
            var heard = (await Client(dialect).TranscribeAudioAsync(stream, "amiable.wav", new AudioTranscriptionOptions { ResponseFormat = format }, Cancel)).Value;
            Assert.Contains(Said, heard.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Speech_is_translated_into_English(string dialect)
    {
        var heard = (await Client(dialect).TranslateAudioAsync(Recording, new AudioTranslationOptions { ResponseFormat = AudioTranslationFormat.Verbose })).Value;
        Assert.Equal(Said, heard.Text);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task What_is_no_audio_is_refused(string dialect)
    {
        using var nothing = new MemoryStream("this is no sound"u8.ToArray());
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Client(dialect).TranscribeAudioAsync(nothing, "a.wav", new AudioTranscriptionOptions(), Cancel));
        Assert.InRange(refused.Status, 400, 503);
    }

    private AudioClient Client(string dialect)
    {
        var (address, credential) = (hub.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), new ApiKeyCredential(key));
        OpenAIClient client = dialect == "openai" ? new OpenAIClient(credential, new() { Endpoint = new(address + "/openai/v1") }) : new AzureOpenAIClient(new(address), credential);
        return client.GetAudioClient("whisper");
    }
}
