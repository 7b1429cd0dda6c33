using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>A hub with the deployments <c>whisper</c>, which the embedded recognizer stands in for, and <c>far</c> and <c>azure</c> through an upstream of the test's own.</summary>
public sealed class HearingScene : IAsyncLifetime
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Cs = "?api-version=2024-10-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    internal string Subscription => group.Split("/resourceGroups")[0];

    internal HubServer Hub { get; private set; } = null!;

    internal ScriptedUpstream Upstream { get; } = new();

    internal string HubId { get; private set; } = "";

    internal string Account { get; private set; } = "";

    internal string Key { get; private set; } = "";

    /// <summary>"He might even have been made amiable himself."</summary>
    public static byte[] Amiable => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav"));

    public static string AmiablePath => Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav");

    public async ValueTask InitializeAsync()
    {
        await Upstream.StartAsync();
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Network:AllowedPrivateRanges:0", "127.0.0.1/32"]);
        (HubId, Account, Key) = await NewHub.MakeAsync(Hub.Client, group);
        foreach (var (name, category) in new[] { ("upstream", "OpenAI"), ("azure-upstream", "AzureOpenAI") })
        {
            var connection = new { properties = new { category, authType = "ApiKey", target = Upstream.Address, credentials = new { key = "upstream-secret" } } };
            Assert.Equal(HttpStatusCode.OK, (await Hub.Client.CallAsync("PUT", $"{HubId}/connections/{name}{Ml}", connection)).Status);
        }

        await DeployAsync("whisper", new { format = "OpenAI", name = "whisper", version = "001" });
        await DeployAsync("far", new { format = "OpenAI", name = "whisper-large", source = $"{HubId}/connections/upstream" });
        await DeployAsync("azure", new { format = "OpenAI", name = "whisper-azure", source = $"{HubId}/connections/azure-upstream" });
        await DeployAsync("chat", new { format = "Atrium", name = "atrium-quote", version = "1" });
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    /// <summary>A recording of 16 bits on the second of two channels; nobody speaks on the first.</summary>
    internal static byte[] OnTheSecondChannel(byte[] wav)
    {
        var samples = MemoryMarshal.Cast<byte, short>(wav.AsSpan(RiffHeader.Length));
        var stereo = new float[2 * samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            stereo[(2 * i) + 1] = samples[i] / 32768f;
        }

        return WavWriter.Write(stereo, channels: 2);
    }

    /// <summary>A project with a key of its own.</summary>
    internal async Task<(string Id, string Key)> AddProjectAsync(string name)
    {
        var id = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
        await NewHub.MakeWorkspaceAsync(Hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = HubId } });
        return (id, (string)(await Hub.Client.CallAsync("POST", $"{id}/listApiKeys{Ml}")).Body["key1"]!);
    }

    /// <summary>Sends a form with a file; the answer with its body as text.</summary>
    internal async Task<(HttpStatusCode Status, string? Type, string Body)> SendAsync(string path, byte[]? file, string fileName, (string Name, string Value)[] values, string fileField = "file", string? key = null)
    {
        using var form = new MultipartFormDataContent();
        if (file is not null)
        {
            form.Add(new ByteArrayContent(file), fileField, fileName);
        }

        foreach (var (name, value) in values)
        {
            form.Add(new StringContent(value), name);
        }

        return await SendAsync(path, form, key);
    }

    /// <summary>Sends audio as it is.</summary>
    internal Task<(HttpStatusCode Status, string? Type, string Body)> SendAsync(string path, byte[] audio, string contentType, string? key = null) =>
        SendAsync(path, WithType(new ByteArrayContent(audio), contentType), key);

    /// <summary>As clients write it, which is no media type to the letter.</summary>
    internal static HttpContent WithType(HttpContent content, string contentType)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    internal async Task<(HttpStatusCode Status, string? Type, string Body)> SendAsync(string path, HttpContent content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "Ocp-Apim-Subscription-Key", key ?? Key } } };
        using var answer = await Hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.SkipWhen(body.Contains("ModelNotPulled", StringComparison.Ordinal), "The models have not been pulled.");
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, body);
    }

    internal async Task DeployAsync(string name, object model)
    {
        var answer = await Hub.Client.CallAsync("PUT", $"{Account}/deployments/{name}{Cs}", new { sku = new { name = "Standard", capacity = 1 }, properties = new { model } });
        Assert.True(answer.Message.IsSuccessStatusCode, answer.ToString());
    }

    /// <summary>Words without case and punctuation.</summary>
    internal static string Words(string text) => string.Join(' ', new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
