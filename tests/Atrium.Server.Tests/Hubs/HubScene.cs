using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Hubs;

/// <summary>A running server with a subscription and a resource group, and short names for what tests of hubs and projects do.</summary>
public sealed class HubScene : IAsyncLifetime
{
    public const string Version = "?api-version=2024-04-01";
    public const string Group = "team";
    private int names;

    internal HubServer Server { get; private set; } = null!;

    internal HttpClient Client => Server.Client;

    internal string Subscription { get; } = $"/subscriptions/{Guid.NewGuid()}";

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(configure: OpenHouse.Configure);
        await Client.CallAsync("PUT", $"{Subscription}?api-version=2024-07-01", new { displayName = "Test" });
        await AddGroupAsync(Group);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<Answer> AddGroupAsync(string name) =>
        Client.CallAsync("PUT", $"{Subscription}/resourceGroups/{name}?api-version=2024-07-01", new { location = "local" });

    internal string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref names)}";

    internal string Id(string name, string group = Group) =>
        $"{Subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    internal Task<Answer> CallAsync(string method, string id, object? body = null) => Client.CallAsync(method, $"{id}{Version}", body);

    internal async Task<JsonObject> GetAsync(string id)
    {
        var answer = await CallAsync("GET", id);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer.Body;
    }

    internal async Task<JsonObject> PropertiesAsync(string id) => (await GetAsync(id))["properties"]!.AsObject();

    /// <summary>Makes a hub and waits until it stands; its id.</summary>
    internal async Task<string> AddHubAsync(JsonObject? properties = null, string location = "local")
    {
        var id = Id(NewName("hub"));
        await SettleAsync(await CallAsync("PUT", id, new JsonObject { ["location"] = location, ["kind"] = "Hub", ["properties"] = properties ?? [] }));
        return id;
    }

    /// <summary>Makes a project in a hub and waits until it stands; its id.</summary>
    internal async Task<string> AddProjectAsync(string hubId, string location = "local")
    {
        var id = Id(NewName("project"));
        await SettleAsync(await CallAsync("PUT", id, Project(hubId, location)));
        return id;
    }

    internal static JsonObject Project(string hubId, string location = "local") => new()
    {
        ["location"] = location,
        ["kind"] = "project",
        ["properties"] = new JsonObject { ["hubResourceId"] = hubId },
    };

    /// <summary>Waits for the operation of a 202, and demands that it succeeds.</summary>
    internal async Task<JsonObject?> SettleAsync(Answer answer)
    {
        Assert.True((int)answer.Status is >= 200 and < 300, answer.ToString());
        if (answer.Status != HttpStatusCode.Accepted)
        {
            return null;
        }

        var status = await Client.WaitAsync(answer);
        Assert.True((string?)status["status"] == "Succeeded", status.ToJsonString());
        return status;
    }
}
