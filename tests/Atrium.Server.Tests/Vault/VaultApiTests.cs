using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Vault;

public sealed class VaultApiTests : IAsyncLifetime
{
    private const string Version = "?api-version=2023-07-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        await hub.Client.CallAsync("PUT", $"{subscription}?api-version=2024-07-01", new { displayName = "t" });
        await hub.Client.CallAsync("PUT", $"{subscription}/resourceGroups/one?api-version=2024-07-01", new { location = "local" });
        await hub.Client.CallAsync("PUT", $"{subscription}/resourceGroups/two?api-version=2024-07-01", new { location = "local" });
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_vault_name_is_one_vaults_until_that_is_purged()
    {
        Assert.True((bool)(await CheckAsync("team-vault")).Body["nameAvailable"]!);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("one", "team-vault")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("one", "team-vault")).Status);
        Assert.Equal("AlreadyExists", (string?)(await CheckAsync("Team-Vault")).Body["reason"]);
        var second = await PutAsync("two", "TEAM-vault");
        Assert.Equal((HttpStatusCode.Conflict, "VaultAlreadyExists"), (second.Status, second.ErrorCode));

        await hub.Client.CallAsync("DELETE", $"{Id("one", "team-vault")}{Version}");
        Assert.False((bool)(await CheckAsync("team-vault")).Body["nameAvailable"]!);
        await hub.Client.CallAsync("POST", $"{subscription}/providers/Microsoft.KeyVault/locations/local/deletedVaults/team-vault/purge{Version}");
        Assert.True((bool)(await CheckAsync("team-vault")).Body["nameAvailable"]!);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("two", "team-vault")).Status);
    }

    [Fact]
    public async Task A_deleted_vault_comes_back_by_createMode_recover_with_what_it_had()
    {
        await PutAsync("one", "busy-vault");
        await ChangeAsync("add", "who", "get");
        await hub.Client.CallAsync("DELETE", $"{Id("one", "busy-vault")}{Version}");
        var refused = await PutAsync("one", "busy-vault");
        Assert.Equal((HttpStatusCode.Conflict, "SoftDeletedResourceExists"), (refused.Status, refused.ErrorCode));
        Assert.Contains("createMode", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);

        var body = new { location = "local", properties = new { createMode = "recover", sku = new { family = "A", name = "premium" } } };
        var back = await hub.Client.CallAsync("PUT", $"{Id("one", "busy-vault")}{Version}", body);
        Assert.True(back.Status == HttpStatusCode.OK, back.ToString());
        var properties = (await hub.Client.CallAsync("GET", $"{Id("one", "busy-vault")}{Version}")).Body["properties"]!;
        Assert.Equal("who", (string?)properties["accessPolicies"]![0]!["objectId"]);
        Assert.Equal("premium", (string?)properties["sku"]!["name"]);
        Assert.Empty((await hub.Client.CallAsync("GET", $"{subscription}/providers/Microsoft.KeyVault/deletedVaults{Version}")).Body["value"]!.AsArray());
    }

    [Theory]
    [InlineData("1vault")]
    [InlineData("ab")]
    [InlineData("two--hyphens")]
    public async Task A_name_that_no_vault_can_have_is_said_to_be_invalid(string name)
    {
        var answer = await CheckAsync(name);
        Assert.Equal((HttpStatusCode.OK, false, "AccountNameInvalid"), (answer.Status, (bool)answer.Body["nameAvailable"]!, (string)answer.Body["reason"]!));
    }

    [Fact]
    public async Task A_check_without_name_and_with_another_type_is_refused_for_both()
    {
        var answer = await hub.Client.CallAsync("POST", $"{subscription}/providers/Microsoft.KeyVault/checkNameAvailability{Version}", new { type = "Microsoft.Storage/storageAccounts" });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["name", "type"], answer.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
    }

    [Fact]
    public async Task Changes_of_access_policies_at_once_are_all_kept()
    {
        await PutAsync("one", "busy-vault");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => ChangeAsync("add", $"who-{n}", "get")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        var vault = (await hub.Client.CallAsync("GET", $"{Id("one", "busy-vault")}{Version}")).Body;
        Assert.Equal(Enumerable.Range(0, 6).Select(n => $"who-{n}"), vault["properties"]!["accessPolicies"]!.AsArray().Select(p => (string)p!["objectId"]!).Order(StringComparer.Ordinal));
        Assert.Equal("standard", (string?)vault["properties"]!["sku"]!["name"]);

        var removed = await ChangeAsync("remove", "who-3", "get");
        Assert.Equal(5, removed.Body["properties"]!["accessPolicies"]!.AsArray().Count);
        Assert.Equal($"{Id("one", "busy-vault")}/accessPolicies/", (string?)removed.Body["id"]);
    }

    [Fact]
    public async Task An_unknown_operation_and_a_policy_without_identity_are_refused()
    {
        await PutAsync("one", "some-vault");
        var body = new { properties = new { accessPolicies = new[] { new { tenantId = "t", permissions = new { } } } } };
        var answer = await hub.Client.CallAsync("PUT", $"{Id("one", "some-vault")}/accessPolicies/grant{Version}", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["operationKind", "properties.accessPolicies[0].objectId"], answer.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
        Assert.Equal(HttpStatusCode.NotFound, (await ChangeAsync("add", "who", "get", vault: "no-vault")).Status);
    }

    private string Id(string group, string name) => $"{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}";

    private Task<Answer> PutAsync(string group, string name) => hub.Client.CallAsync(
        "PUT", $"{Id(group, name)}{Version}", new { location = "local", properties = new { sku = new { family = "A", name = "standard" } } });

    private Task<Answer> CheckAsync(string name) => hub.Client.CallAsync(
        "POST", $"{subscription}/providers/Microsoft.KeyVault/checkNameAvailability{Version}", new JsonObject { ["name"] = name, ["type"] = "Microsoft.KeyVault/vaults" });

    private Task<Answer> ChangeAsync(string operation, string who, string permission, string vault = "busy-vault") => hub.Client.CallAsync(
        "PUT",
        $"{Id("one", vault)}/accessPolicies/{operation}{Version}",
        new { properties = new { accessPolicies = new[] { new { tenantId = "t", objectId = who, permissions = new { secrets = new[] { permission } } } } } });
}
