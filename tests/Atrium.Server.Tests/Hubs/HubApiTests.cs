using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Hubs;

/// <summary>Hubs through HTTP.</summary>
public sealed class HubApiTests(HubScene scene) : IClassFixture<HubScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_hub_is_an_operation_and_then_has_its_ids_and_its_identity()
    {
        var id = scene.Id(scene.NewName("hub"));
        var put = await scene.CallAsync("PUT", id, new { location = "local", kind = "Hub", tags = new { team = "blue" }, properties = new { friendlyName = "Blue" } });
        Assert.Equal((HttpStatusCode.Accepted, "Creating"), (put.Status, (string?)put.Body["properties"]!["provisioningState"]));
        await scene.SettleAsync(put);

        var hub = await scene.GetAsync(id);
        Assert.Equal(("hub", "Microsoft.MachineLearningServices/workspaces", "blue"), ((string?)hub["kind"], (string?)hub["type"], (string?)hub["tags"]!["team"]));
        Assert.Equal("Succeeded", (string?)hub["properties"]!["provisioningState"]);
        Assert.True(Guid.TryParse((string?)hub["properties"]!["workspaceId"], out _));
        Assert.True(Guid.TryParse((string?)hub["identity"]!["principalId"], out _));
        Assert.Equal((string?)hub["identity"]!["tenantId"], (string?)hub["properties"]!["tenantId"]);
        Assert.Null(hub["internal"]);
    }

    [Theory]
    [InlineData("2022-10-01")]
    [InlineData("2026-05-01")]
    [InlineData("2018-11-19")]
    public async Task Every_published_version_is_spoken(string version)
    {
        var id = scene.Id(scene.NewName("plain"));
        var put = await scene.Client.CallAsync("PUT", $"{id}?api-version={version}", new { location = "local", identity = new { type = "SystemAssigned" }, properties = new { description = "d" } });
        Assert.True(put.Status == HttpStatusCode.Accepted, put.ToString());
        Assert.Equal("Default", (string?)put.Body["kind"]);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("_hub")]
    [InlineData("a23456789012345678901234567890123456")]
    public async Task A_name_out_of_the_rule_is_refused(string name)
    {
        var put = await scene.CallAsync("PUT", scene.Id(name), new { location = "local", kind = "hub" });
        Assert.Equal((HttpStatusCode.BadRequest, "name"), (put.Status, (string?)put.Body["error"]!["target"]));
    }

    [Fact]
    public async Task A_regular_workspace_cannot_become_a_hub()
    {
        var id = scene.Id(scene.NewName("plain"));
        await scene.SettleAsync(await scene.CallAsync("PUT", id, new { location = "local" }));
        var put = await scene.CallAsync("PUT", id, new { location = "local", kind = "hub" });
        Assert.Equal(("PropertyChangeNotAllowed", "kind"), (put.ErrorCode, (string?)put.Body["error"]!["target"]));
    }

    [Fact]
    public async Task A_managed_network_is_provisioned_and_cannot_be_disabled()
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowInternetOutbound" } });
        var network = (await scene.PropertiesAsync(hub))["managedNetwork"]!;
        Assert.Equal("Inactive", (string?)network["status"]!["status"]);

        var status = await scene.SettleAsync(await scene.CallAsync("POST", $"{hub}/provisionManagedNetwork", new { includeSpark = true }));
        Assert.Equal(("Active", true), ((string?)status!["properties"]!["status"], (bool?)status["properties"]!["sparkReady"]));
        Assert.Equal("Active", (string?)(await scene.PropertiesAsync(hub))["managedNetwork"]!["status"]!["status"]);

        var refused = await scene.CallAsync("PATCH", hub, new { properties = new { managedNetwork = new { isolationMode = "Disabled" } } });
        Assert.Equal((HttpStatusCode.BadRequest, "properties.managedNetwork.isolationMode"), (refused.Status, (string?)refused.Body["error"]!["target"]));

        await scene.CallAsync("PUT", hub, new { location = "local", kind = "hub" });
        Assert.Equal("AllowInternetOutbound", (string?)(await scene.PropertiesAsync(hub))["managedNetwork"]!["isolationMode"]);
    }

    [Fact]
    public async Task An_outbound_rule_is_a_part_of_the_network_whichever_way_it_is_written()
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowOnlyApprovedOutbound" } });
        var project = await scene.AddProjectAsync(hub);
        var put = await scene.CallAsync("PUT", $"{hub}/outboundRules/pypi", new { properties = new { type = "FQDN", destination = "pypi.org", category = "UserDefined" } });
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        Assert.Equal(("pypi", "pypi.org", "Inactive"), ((string?)put.Body["name"], (string?)put.Body["properties"]!["destination"], (string?)put.Body["properties"]!["status"]));
        Assert.NotNull((await scene.PropertiesAsync(project))["managedNetwork"]!["outboundRules"]!["pypi"]);

        var endpoint = new { type = "PrivateEndpoint", destination = new { serviceResourceId = hub, subresourceTarget = "amlworkspace" } };
        await scene.CallAsync("PUT", $"{hub}/outboundRules/PYPI", new { properties = endpoint });
        var changed = (await scene.GetAsync($"{hub}/outboundRules/pypi"))["properties"]!;
        Assert.Equal(("PrivateEndpoint", "amlworkspace"), ((string?)changed["type"], (string?)changed["destination"]!["subresourceTarget"]));

        var rules = (await scene.GetAsync($"{project}/outboundRules"))["value"]!.AsArray();
        Assert.Contains(rules, r => (string?)r!["name"] == "pypi");
        Assert.Contains(rules, r => (string?)r!["properties"]!["category"] == "Required");
        Assert.Equal("PropertyInheritedFromHub", (await scene.CallAsync("PUT", $"{project}/outboundRules/own", new { properties = endpoint })).ErrorCode);
        var ofHub = (string)(await scene.CallAsync("GET", $"{project}/outboundRules")).Body["value"]![0]!["name"]!;
        Assert.Equal("PropertyInheritedFromHub", (await scene.CallAsync("DELETE", $"{project}/outboundRules/{ofHub}")).ErrorCode);
        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("GET", $"{project}/outboundRules/{ofHub}")).Status);

        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("DELETE", $"{hub}/outboundRules/pypi")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await scene.CallAsync("DELETE", $"{hub}/outboundRules/pypi")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", $"{hub}/outboundRules/pypi")).Status);
        var required = (string?)rules.First(r => (string?)r!["properties"]!["category"] == "Required")!["name"];
        Assert.Equal("RequiredOutboundRule", (await scene.CallAsync("DELETE", $"{hub}/outboundRules/{required}")).ErrorCode);
    }

    [Fact]
    public async Task A_condition_on_an_outbound_rule_is_about_the_rule()
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowOnlyApprovedOutbound" } });
        Task<Answer> PutAsync(string name, string destination, string header) => scene.Client.CallAsync(
            "PUT", $"{hub}/outboundRules/{name}{HubScene.Version}", new { properties = new { type = "FQDN", destination, category = "UserDefined" } }, (header, "*"));
        async Task<string?> DestinationAsync() => (string?)(await scene.GetAsync($"{hub}/outboundRules/pypi"))["properties"]!["destination"];

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("pypi", "pypi.org", "If-Match")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("pypi", "pypi.org", "If-None-Match")).Status);
        var second = await PutAsync("PyPI", "evil.example", "If-None-Match");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "PreconditionFailed"), (second.Status, second.ErrorCode));
        Assert.Contains("/outboundRules/", second.ToString(), StringComparison.Ordinal);
        Assert.Equal("pypi.org", await DestinationAsync());
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("pypi", "files.pypi.org", "If-Match")).Status);
        Assert.Equal("files.pypi.org", await DestinationAsync());

        // Others at the same time, with other names: none is told of a conflict that is none.
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync($"rule{i}", $"host{i}.example", "If-None-Match")));
        Assert.All(made, answer => Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString()));
        var one = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync("contended", $"host{i}.example", "If-None-Match")));
        Assert.Single(one, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_rule_that_is_put_again_keeps_nothing_of_the_one_before()
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowOnlyApprovedOutbound" } });
        await scene.CallAsync("PUT", $"{hub}/outboundRules/tag", new { properties = new { type = "ServiceTag", destination = new { serviceTag = "A", portRanges = "443", protocol = "TCP" } } });
        await scene.CallAsync("PUT", $"{hub}/outboundRules/tag", new { properties = new { type = "ServiceTag", destination = new { serviceTag = "B" } } });
        var rule = await scene.PropertiesAsync($"{hub}/outboundRules/tag");
        Assert.Equal("""{"serviceTag":"B"}""", rule["destination"]!.ToJsonString());
    }

    [Theory]
    [InlineData("__SYS_mine", """{"properties":{"type":"FQDN","destination":"pypi.org"}}""", "name")]
    [InlineData("r", """{"properties":{"type":"FQDN","destination":"pypi.org:22"}}""", "properties.managedNetwork.outboundRules.r.destination")]
    [InlineData("r", """{"properties":{"destination":"pypi.org"}}""", "properties.type")]
    [InlineData("r", """{}""", "properties")]
    public async Task A_wrong_outbound_rule_is_refused_by_field(string name, string body, string field)
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowOnlyApprovedOutbound" } });
        var put = await scene.CallAsync("PUT", $"{hub}/outboundRules/{name}", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (put.Status, (string?)put.Body["error"]!["target"]));
    }

    [Fact]
    public async Task The_effective_settings_name_where_each_comes_from()
    {
        var insights = $"{scene.Subscription}/resourceGroups/{HubScene.Group}/providers/Microsoft.Insights/components/own";
        var hub = await scene.AddHubAsync(new() { ["publicNetworkAccess"] = "Disabled" });
        var project = await scene.AddProjectAsync(hub);
        await scene.CallAsync("PATCH", project, new { properties = new { applicationInsights = insights } });

        var settings = (await scene.GetAsync($"{project}/effectiveSettings"))["settings"]!.AsArray().ToDictionary(s => (string)s!["name"]!, s => s!);

        Assert.Equal(("Disabled", "hub", hub), Facts(settings["publicNetworkAccess"]));
        Assert.Equal((insights, "project", project), Facts(settings["applicationInsights"]));
        Assert.Equal(("AccessKey", "default", hub), Facts(settings["systemDatastoresAuthMode"]));
        Assert.Equal("hub", (string?)(await scene.GetAsync($"{hub}/effectiveSettings"))["settings"]!.AsArray().First(s => (string?)s!["name"] == "publicNetworkAccess")!["origin"]);

        static (string?, string?, string?) Facts(JsonNode s) => ((string?)s["value"], (string?)s["origin"], (string?)s["setOn"]);
    }

    [Fact]
    public async Task A_recovered_hub_brings_back_what_went_with_it_and_nothing_else()
    {
        var hub = await scene.AddHubAsync();
        var (kept, gone) = (await scene.AddProjectAsync(hub), await scene.AddProjectAsync(hub));
        var before = await scene.GetAsync(kept);
        await scene.SettleAsync(await scene.CallAsync("DELETE", gone));
        await scene.SettleAsync(await scene.CallAsync("DELETE", hub));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", kept)).Status);
        var taken = await scene.CallAsync("PUT", hub, new { location = "local", kind = "hub" });
        Assert.Equal((HttpStatusCode.Conflict, "SoftDeletedResourceExists"), (taken.Status, taken.ErrorCode));

        var alone = await scene.Client.WaitAsync(await scene.CallAsync("POST", $"{kept}/recover"));
        Assert.Equal(("Failed", "HubNotFound"), ((string?)alone["status"], (string?)alone["error"]!["code"]));

        await scene.SettleAsync(await scene.CallAsync("POST", $"{hub}/recover"));
        Assert.Equal("Succeeded", (string?)(await scene.PropertiesAsync(hub))["provisioningState"]);
        Assert.True(JsonNode.DeepEquals(before["properties"], (await scene.GetAsync(kept))["properties"]));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", gone)).Status);

        await scene.SettleAsync(await scene.CallAsync("POST", $"{gone}/recover"));
        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("GET", gone)).Status);
    }

    [Fact]
    public async Task A_put_may_ask_to_recover_and_changes_the_hub_that_was()
    {
        var hub = await scene.AddHubAsync(new() { ["description"] = "old" });
        var project = await scene.AddProjectAsync(hub);
        var workspaceId = (string?)(await scene.PropertiesAsync(hub))["workspaceId"];
        await scene.SettleAsync(await scene.CallAsync("DELETE", hub));

        await scene.SettleAsync(await scene.CallAsync("PUT", hub, new { location = "local", kind = "hub", properties = new { allowRecoverSoftDeletedWorkspace = true, description = "new" } }));

        var seen = await scene.PropertiesAsync(hub);
        Assert.Equal((workspaceId, "new"), ((string?)seen["workspaceId"], (string?)seen["description"]));
        Assert.Null(seen["allowRecoverSoftDeletedWorkspace"]);
        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("GET", project)).Status);
    }

    [Fact]
    public async Task A_purged_hub_frees_its_name_and_takes_its_projects()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        await scene.SettleAsync(await scene.CallAsync("DELETE", hub));
        await scene.SettleAsync(await scene.Client.CallAsync("DELETE", $"{hub}{HubScene.Version}&forceToPurge=true"));

        var store = scene.Server.Services.GetRequiredService<IAtriumStore>();
        Assert.Null(await store.FindAsync(hub.ToLowerInvariant(), Cancel));
        Assert.Null(await store.FindAsync(project.ToLowerInvariant(), Cancel));
        await scene.SettleAsync(await scene.CallAsync("PUT", hub, new { location = "local", kind = "hub" }));
    }

    [Fact]
    public async Task The_sweep_purges_what_cannot_be_recovered_any_more_and_only_that()
    {
        var (due, later) = (await scene.AddHubAsync(), await scene.AddHubAsync());
        await scene.SettleAsync(await scene.CallAsync("DELETE", due));
        await scene.SettleAsync(await scene.CallAsync("DELETE", later));
        var store = scene.Server.Services.GetRequiredService<IAtriumStore>();
        var stored = (await store.FindAsync(due.ToLowerInvariant(), Cancel))!;
        await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, stored with { PurgeAt = TimeProvider.System.GetUtcNow() })] }, Cancel);

        await scene.Server.Services.GetRequiredService<PurgeSweep>().SweepAsync(Cancel);

        Assert.Null(await store.FindAsync(due.ToLowerInvariant(), Cancel));
        Assert.NotNull(await store.FindAsync(later.ToLowerInvariant(), Cancel));
    }

    [Fact]
    public async Task A_diagnosis_finds_locks_and_a_network_that_is_not_provisioned()
    {
        var hub = await scene.AddHubAsync(new() { ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowInternetOutbound" } });
        var status = await scene.SettleAsync(await scene.CallAsync("POST", $"{hub}/diagnose", new { value = new { others = new { } } }));
        var value = status!["properties"]!["value"]!.AsObject();
        Assert.Equal(9, value.Count);
        Assert.Contains(value["otherResults"]!.AsArray(), r => ((string?)r!["code"], (string?)r["level"]) == ("ManagedNetworkInactive", "Warning"));
        Assert.All(value.Where(v => v.Key != "otherResults"), v => Assert.Empty(v.Value!.AsArray()));
    }

    [Fact]
    public async Task Private_endpoints_are_counted_on_the_hub_and_refused_on_a_project()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        var body = new { properties = new { privateLinkServiceConnectionState = new { status = "Approved", description = "Auto-Approved" } } };
        var put = await scene.CallAsync("PUT", $"{hub}/privateEndpointConnections/%7Bone%7D", body);
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());

        var seen = await scene.PropertiesAsync(hub);
        Assert.Equal((1, "{one}"), ((int?)seen["privateLinkCount"], (string?)seen["privateEndpointConnections"]![0]!["name"]));
        Assert.Equal("PropertyInheritedFromHub", (await scene.CallAsync("PUT", $"{project}/privateEndpointConnections/one", body)).ErrorCode);
    }

    [Theory]
    [InlineData("GET", "/computes")]
    [InlineData("PUT", "/computes/c")]
    [InlineData("POST", "/onlineEndpoints/e/deployments/d/getLogs")]
    [InlineData("POST", "/listNotebookAccessToken")]
    public async Task What_is_published_but_not_built_answers_501(string method, string path)
    {
        var hub = await scene.AddHubAsync();
        var answer = await scene.CallAsync(method, hub + path, method == "PUT" ? new { } : null);
        Assert.Equal((HttpStatusCode.NotImplemented, "NotImplemented"), (answer.Status, answer.ErrorCode));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", $"{hub}/neverPublished")).Status);
    }

    [Theory]
    [InlineData("features")]
    [InlineData("privateLinkResources")]
    [InlineData("outboundNetworkDependenciesEndpoints")]
    public async Task Small_lists_are_answered(string list) => Assert.NotEmpty((await scene.GetAsync($"{await scene.AddHubAsync()}/{list}"))["value"]!.AsArray());
}
