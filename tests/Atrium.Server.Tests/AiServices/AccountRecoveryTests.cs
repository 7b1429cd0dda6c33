using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.AiServices;

public sealed class AccountRecoveryTests : IAsyncLifetime
{
    private const string Version = "?api-version=2024-10-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private HubServer hub = null!;

    private string Account => $"{group}/providers/Microsoft.CognitiveServices/accounts/lost-and-found";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        await hub.Client.CallAsync("PUT", group[..group.IndexOf("/resourceGroups", StringComparison.Ordinal)] + "?api-version=2024-07-01", new { displayName = "t" });
        await hub.Client.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_deleted_account_comes_back_by_restore_with_its_keys_deployments_and_settings()
    {
        var made = await hub.Client.CallAsync("PUT", Account + Version, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, properties = new { allowedFqdnList = new[] { "pypi.org" } }, tags = new { team = "blue" } });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        await hub.Client.CallAsync("PUT", $"{Account}/deployments/chat{Version}", new { properties = new { model = new { format = "Atrium", name = "default-chat", version = "1" } } });
        var key = await KeyAsync();
        await DeleteAsync(Account);
        Assert.Equal(HttpStatusCode.NotFound, (await hub.Client.CallAsync("GET", Account + Version)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await ListModelsAsync(key));

        var refused = await hub.Client.CallAsync("PUT", Account + Version, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, properties = new { } });
        Assert.Contains("properties.restore", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        var back = await hub.Client.CallAsync("PUT", Account + Version, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, properties = new { restore = true } });

        Assert.True(back.Status == HttpStatusCode.OK, back.ToString());
        Assert.Equal(("pypi.org", "blue"), ((string)back.Body["properties"]!["allowedFqdnList"]![0]!, (string)back.Body["tags"]!["team"]!));
        Assert.Null(back.Body["properties"]!["restore"]);
        Assert.Equal(key, await KeyAsync());
        Assert.Equal(HttpStatusCode.OK, (await hub.Client.CallAsync("GET", $"{Account}/deployments/chat{Version}")).Status);
        Assert.Equal(HttpStatusCode.OK, await ListModelsAsync(key));
    }

    [Fact]
    public async Task An_account_that_went_with_its_hub_does_not_come_back_alone()
    {
        var hubId = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/team-hub";
        await hub.Client.WaitAsync(await hub.Client.CallAsync("PUT", $"{hubId}?api-version=2024-04-01", new { location = "local", kind = "hub", properties = new { } }));
        var account = (await hub.Client.CallAsync("GET", $"{group}/providers/Microsoft.CognitiveServices/accounts{Version}")).Body["value"]![0]!;
        await DeleteAsync(hubId, "?api-version=2024-04-01");
        var body = new { location = (string?)account["location"], kind = "AIServices", sku = new { name = "S0" }, properties = new { restore = true } };
        var refused = await hub.Client.CallAsync("PUT", (string)account["id"]! + Version, body);
        Assert.Equal((HttpStatusCode.Conflict, "DeletedWithAnotherResource"), (refused.Status, refused.ErrorCode));
    }

    private async Task<string> KeyAsync() => (string)(await hub.Client.CallAsync("POST", $"{Account}/listKeys{Version}")).Body["key1"]!;

    private async Task<HttpStatusCode> ListModelsAsync(string key) => (await hub.Client.CallAsync("GET", "/openai/v1/models", null, ("api-key", key))).Status;

    private async Task DeleteAsync(string id, string version = Version)
    {
        var answer = await hub.Client.CallAsync("DELETE", id + version);
        if (answer.Status is HttpStatusCode.Accepted)
        {
            await hub.Client.WaitAsync(answer);
        }
    }
}
