using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Hubs;

/// <summary>What comes with a hub and goes with it.</summary>
public sealed class HubDependentsTests(HubScene scene) : IClassFixture<HubScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IAtriumStore Store => scene.Server.Services.GetRequiredService<IAtriumStore>();

    [Fact]
    public async Task A_hub_that_names_no_storage_and_vault_gets_its_own()
    {
        SkipUnlessDeclared(Workspaces.StorageType, Workspaces.VaultType);
        var seen = await scene.PropertiesAsync(await scene.AddHubAsync());
        foreach (var property in (string[])["storageAccount", "keyVault"])
        {
            var stored = await Store.FindAsync(((string)seen[property]!).ToLowerInvariant(), Cancel);
            Assert.Equal("Succeeded", (string?)new Resource(stored!).Properties["provisioningState"]);
        }
    }

    [Fact]
    public async Task A_hub_that_names_its_storage_uses_it_and_one_that_lies_elsewhere_is_taken()
    {
        SkipUnlessDeclared(Workspaces.StorageType);
        var storage = (string)(await scene.PropertiesAsync(await scene.AddHubAsync()))["storageAccount"]!;
        Assert.Equal(storage, (string?)(await scene.PropertiesAsync(await scene.AddHubAsync(new() { ["storageAccount"] = storage })))["storageAccount"]);

        // The published examples name resources that no published example makes; a diagnosis tells what is missing.
        var taken = await scene.CallAsync("PUT", scene.Id(scene.NewName("hub")), new { location = "local", kind = "hub", properties = new { storageAccount = storage + "0" } });
        Assert.Equal(HttpStatusCode.Accepted, taken.Status);
        Assert.Equal(storage + "0", (string?)taken.Body["properties"]!["storageAccount"]);
    }

    [Fact]
    public async Task An_ai_services_account_comes_with_the_hub_and_goes_and_returns_with_it()
    {
        SkipUnlessDeclared(Workspaces.AccountType);
        var hub = await scene.AddHubAsync();
        var account = (await AccountsOfAsync(hub, deleted: false)).Single();
        Assert.Equal("AIServices", new Resource(account).Kind);

        await scene.SettleAsync(await scene.CallAsync("DELETE", hub));
        Assert.Empty(await AccountsOfAsync(hub, deleted: false));

        await scene.SettleAsync(await scene.CallAsync("POST", $"{hub}/recover"));
        Assert.Equal(account.Key, (await AccountsOfAsync(hub, deleted: false)).Single().Key);

        await scene.SettleAsync(await scene.Client.CallAsync("DELETE", $"{hub}{HubScene.Version}&forceToPurge=true"));
        Assert.Empty(await AccountsOfAsync(hub, deleted: true));
        Assert.Empty(await AccountsOfAsync(hub, deleted: false));
    }

    [Fact]
    public async Task A_hubs_identity_administers_AI_in_its_group_until_the_hub_is_purged()
    {
        const string administrator = "b78c5d69-af96-48a3-bf8d-a8b4d589de94";
        var hub = await scene.AddHubAsync();
        var principal = (string)(await scene.CallAsync("GET", hub)).Body["identity"]!["principalId"]!;
        var group = hub.Split("/providers/")[0];
        var assignment = Assert.Single(await AssignmentsAsync());
        Assert.Equal((group, "ServicePrincipal"), ((string?)assignment!["properties"]!["scope"], (string?)assignment["properties"]!["principalType"]));
        Assert.EndsWith(administrator, (string)assignment["properties"]!["roleDefinitionId"]!, StringComparison.Ordinal);

        await scene.SettleAsync(await scene.Client.CallAsync("DELETE", $"{hub}{HubScene.Version}&forceToPurge=true"));
        Assert.Empty(await AssignmentsAsync());

        async Task<JsonArray> AssignmentsAsync() => (await scene.Client.CallAsync(
            "GET", $"{group}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '{principal}'")).Body["value"]!.AsArray();
    }

    [Fact]
    public async Task The_account_is_connected_to_the_hub_for_all_of_its_projects()
    {
        const string connections = $"{Workspaces.Type}/connections";
        SkipUnlessDeclared(Workspaces.AccountType, connections);
        var hub = await scene.AddHubAsync();
        var account = (await AccountsOfAsync(hub, deleted: false)).Single();
        var connection = await scene.PropertiesAsync($"{hub}/connections/{HubAccount.ConnectionName}");
        Assert.Equal(("AIServices", true, account.Id), ((string?)connection["category"], (bool?)connection["isSharedToAll"], (string?)connection["metadata"]!["ResourceId"]));
        Assert.StartsWith(scene.Client.BaseAddress!.ToString(), (string?)connection["target"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Making_a_hub_twice_makes_its_dependents_once()
    {
        SkipUnlessDeclared(Workspaces.AccountType);
        var hub = await scene.AddHubAsync();
        var before = await scene.PropertiesAsync(hub);
        var stored = (await Store.FindAsync(hub.ToLowerInvariant(), Cancel))!;
        var body = JsonNode.Parse(stored.Body)!;
        body["properties"]!["provisioningState"] = "Failed";
        await Store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, stored with { Body = body.ToJsonString() })] }, Cancel);

        await scene.SettleAsync(await scene.CallAsync("PUT", hub, new { location = "local", kind = "hub" }));

        var after = await scene.PropertiesAsync(hub);
        Assert.Equal(((string?)before["storageAccount"], (string?)before["keyVault"]), ((string?)after["storageAccount"], (string?)after["keyVault"]));
        Assert.Single(await AccountsOfAsync(hub, deleted: false));
    }

    [Fact]
    public async Task A_project_hands_out_no_keys_of_its_hub()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        var keys = await scene.CallAsync("POST", $"{hub}/listKeys");
        Assert.Equal(HttpStatusCode.OK, keys.Status);
        Assert.Equal((string?)(await scene.PropertiesAsync(hub))["storageAccount"], (string?)keys.Body["userStorageResourceId"]);
        foreach (var action in (string[])["listKeys", "listStorageAccountKeys"])
        {
            var refused = await scene.CallAsync("POST", $"{project}/{action}");
            Assert.Equal((HttpStatusCode.Forbidden, "KeysBelongToHub"), (refused.Status, refused.ErrorCode));
        }

        await scene.SettleAsync(await scene.CallAsync("POST", $"{hub}/resyncKeys"));
    }

    [Fact]
    public async Task A_hub_that_is_being_deleted_takes_no_project_and_no_change()
    {
        var hub = await scene.AddHubAsync();
        var stored = (await Store.FindAsync(hub.ToLowerInvariant(), Cancel))!;
        var body = JsonNode.Parse(stored.Body)!;
        body["properties"]!["provisioningState"] = "Deleting";
        await Store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, stored with { Body = body.ToJsonString() })] }, Cancel);

        var project = await scene.CallAsync("PUT", scene.Id(scene.NewName("project")), HubScene.Project(hub));
        Assert.Equal((HttpStatusCode.BadRequest, "properties.hubResourceId"), (project.Status, (string?)project.Body["error"]!["target"]));
        var change = await scene.CallAsync("PATCH", hub, new { properties = new { description = "x" } });
        Assert.Equal((HttpStatusCode.Conflict, "ResourceBeingDeleted"), (change.Status, change.ErrorCode));
    }

    [Fact]
    public async Task Projects_made_while_their_hub_is_deleted_do_not_outlive_it()
    {
        var hub = await scene.AddHubAsync();
        var ids = Enumerable.Range(0, 30).Select(_ => scene.Id(scene.NewName("project"))).ToArray();
        var writes = ids.Select(async id => await scene.CallAsync("PUT", id, HubScene.Project(hub))).ToArray();
        var deletion = await scene.CallAsync("DELETE", hub);
        var answers = await Task.WhenAll(writes);
        foreach (var made in answers.Where(a => a.Status == HttpStatusCode.Accepted))
        {
            await scene.Client.WaitAsync(made);
        }

        await scene.SettleAsync(deletion);
        foreach (var id in ids)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", id)).Status);
        }
    }

    private ValueTask<IReadOnlyList<StoredResource>> AccountsOfAsync(string hub, bool deleted) => Store.ListAsync(
        new() { Type = Workspaces.AccountType.ToLowerInvariant(), Link = hub.ToLowerInvariant(), Deleted = deleted, Take = 10 }, Cancel);

    private void SkipUnlessDeclared(params string[] types)
    {
        var catalog = scene.Server.Services.GetRequiredService<ResourceCatalog>();
        Assert.SkipUnless(types.All(t => catalog.Find(t) is not null), $"Not in this build: {string.Join(", ", types.Where(t => catalog.Find(t) is null))}.");
    }
}
