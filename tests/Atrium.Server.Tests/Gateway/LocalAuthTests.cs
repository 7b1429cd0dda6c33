using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>An account whose keys the administrator switched off (<c>disableLocalAuth</c>).</summary>
public sealed class LocalAuthTests : IAsyncLifetime
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Cs = "?api-version=2024-10-01";
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private string account = "";
    private string accountKey = "";
    private string projectKey = "";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        owner = await hub.OwnerAsync();
        (var team, account, accountKey) = await NewHub.MakeAsync(owner, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g");
        var project = team.Replace("/team", "/one", StringComparison.Ordinal);
        await NewHub.MakeWorkspaceAsync(owner, project, new { location = "local", kind = "project", properties = new { hubResourceId = team } });
        projectKey = (string)(await owner.CallAsync("POST", $"{project}/listApiKeys{Ml}")).Body["key1"]!;
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_refused_in_the_dialect_of_the_call_and_tokens_go_on()
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await ModelsAsync(accountKey), await ModelsAsync(projectKey)));
        await SwitchAsync(disabled: true);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await ModelsAsync(accountKey), await ModelsAsync(projectKey)));
        var safety = await hub.Client.CallAsync("POST", "/contentsafety/text:analyze?api-version=2024-09-01", new { text = "x" }, ("Ocp-Apim-Subscription-Key", accountKey));
        Assert.Equal((HttpStatusCode.Unauthorized, "401"), (safety.Status, safety.ErrorCode));
        using var caller = await hub.ClientForAsync(HubClients.CognitiveServices, ("a97b65f3-24c7-4388-baec-2e87135dc908", account));
        Assert.Equal(HttpStatusCode.OK, (await caller.CallAsync("GET", "/openai/v1/models")).Status);

        await SwitchAsync(disabled: false);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await ModelsAsync(accountKey), await ModelsAsync(projectKey)));
    }

    /// <summary>Who holds a key is nobody in particular: roles, conditions and denials of principals do not speak of him. A denial of the keys themselves does.</summary>
    [Fact]
    public async Task A_deny_assignment_stops_tokens_and_whoever_fetches_keys_and_not_who_holds_one()
    {
        using var caller = await hub.ClientForAsync(HubClients.CognitiveServices, ("a97b65f3-24c7-4388-baec-2e87135dc908", account));
        Assert.Equal(HttpStatusCode.OK, (await caller.CallAsync("GET", "/openai/v1/models")).Status);
        var denied = await owner.CallAsync("PUT", $"{account}/providers/Microsoft.Authorization/denyAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new
            {
                denyAssignmentName = "nobody calls", principals = new[] { new { id = Guid.Empty, type = "SystemDefined" } },
                permissions = new[] { new { actions = new[] { "Microsoft.CognitiveServices/accounts/listKeys/action" }, dataActions = new[] { "*" } } },
            },
        });
        Assert.True(denied.Status == HttpStatusCode.Created, denied.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await caller.CallAsync("GET", "/openai/v1/models")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.CallAsync("POST", $"{account}/listKeys{Cs}")).Status);
        Assert.Equal(HttpStatusCode.OK, await ModelsAsync(accountKey));
        await SwitchAsync(disabled: true);
        Assert.Equal(HttpStatusCode.Unauthorized, await ModelsAsync(accountKey));
    }

    [Theory]
    [InlineData("listKeys")]
    [InlineData("regenerateKey")]
    public async Task Keys_that_are_off_are_neither_shown_nor_made(string action)
    {
        await SwitchAsync(disabled: true);
        var refused = await owner.CallAsync("POST", $"{account}/{action}{Cs}", new { keyName = "Key1" });
        Assert.Equal((HttpStatusCode.BadRequest, "LocalAuthDisabled"), (refused.Status, refused.ErrorCode));
    }

    private async Task<HttpStatusCode> ModelsAsync(string key) => (await hub.Client.CallAsync("GET", "/openai/v1/models", null, ("api-key", key))).Status;

    private async Task SwitchAsync(bool disabled)
    {
        var answer = await owner.CallAsync("PATCH", $"{account}{Cs}", new { properties = new { disableLocalAuth = disabled } });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }
}
