using System.ClientModel;
using Atrium.Inference.Packages;
using Atrium.Server.Models;
using Atrium.Server.Tests.Support;
using OpenAI;
using OpenAI.Audio;

namespace Atrium.Clients.Tests;

/// <summary>Text to speech by OpenAI; Azure.AI.OpenAI of this version does not have it.</summary>
public sealed class SpeechTests : IAsyncLifetime
{
    private HubServer hub = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        await new ModelPackageStore(new ModelsOptions().CacheFolder, null, TimeProvider.System).PullAsync([ModelPackages.SpeakingVoices], null, TestContext.Current.CancellationToken);
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        var made = await NewHub.MakeAsync(hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g");
        key = made.Key;
        var deployment = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = "tts-1", version = "001" } } };
        Assert.True((await hub.Client.CallAsync("PUT", $"{made.Account}/deployments/tts?api-version=2024-10-01", deployment)).Message.IsSuccessStatusCode);
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_text_is_spoken_slower_and_faster()
    {
        var client = Client();
        async Task<int> LengthAsync(float speed) =>
            (await client.GenerateSpeechAsync("Hello, this is a sentence.", GeneratedSpeechVoice.Nova, new() { ResponseFormat = GeneratedSpeechFormat.Wav, SpeedRatio = speed }, TestContext.Current.CancellationToken)).Value.ToMemory() is var audio
            && audio.Span[..4].SequenceEqual("RIFF"u8) ? audio.Length : 0;

        Assert.InRange((double)await LengthAsync(0.5f) / await LengthAsync(2), 2.5, 4.5);
    }

    [Fact]
    public async Task A_voice_that_there_is_not_is_refused_in_words()
    {
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Client().GenerateSpeechAsync("Hi", new GeneratedSpeechVoice("nobody"), new() { ResponseFormat = GeneratedSpeechFormat.Pcm }, TestContext.Current.CancellationToken));
        Assert.Equal(400, refused.Status);
        Assert.Contains("no voice 'nobody'", refused.Message, StringComparison.Ordinal);
    }

    private AudioClient Client() => new OpenAIClient(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new(hub.Client.BaseAddress!, "openai/v1") }).GetAudioClient("tts");
}
