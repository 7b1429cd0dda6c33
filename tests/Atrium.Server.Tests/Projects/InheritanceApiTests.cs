using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Hubs;

namespace Atrium.Server.Tests.Projects;

/// <summary>Hub and project through HTTP: what passes down, what does not.</summary>
public sealed class InheritanceApiTests(HubScene scene) : IClassFixture<HubScene>
{
    [Fact]
    public async Task A_change_on_the_hub_is_in_the_project_at_the_next_read()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        Assert.Equal("Enabled", (string?)(await scene.PropertiesAsync(project))["publicNetworkAccess"]);

        var patched = await scene.CallAsync("PATCH", hub, new { properties = new { publicNetworkAccess = "disabled", imageBuildCompute = "builder" } });
        Assert.True(patched.Status == HttpStatusCode.OK, patched.ToString());

        var seen = await scene.PropertiesAsync(project);
        Assert.Equal(("Disabled", "builder"), ((string?)seen["publicNetworkAccess"], (string?)seen["imageBuildCompute"]));
    }

    [Fact]
    public async Task A_project_does_not_take_another_value_of_what_is_the_hubs_and_hears_of_each_at_once()
    {
        var hub = await scene.AddHubAsync(new() { ["publicNetworkAccess"] = "Disabled" });
        var project = await scene.AddProjectAsync(hub);

        var refused = await scene.CallAsync("PATCH", project, new { properties = new { publicNetworkAccess = "Enabled", v1LegacyMode = true, friendlyName = "ours" } });

        Assert.Equal((HttpStatusCode.BadRequest, "ValidationFailed"), (refused.Status, refused.ErrorCode));
        var details = refused.Body["error"]!["details"]!.AsArray();
        Assert.Equal(["properties.publicNetworkAccess", "properties.v1LegacyMode"], details.Select(d => (string?)d!["target"]));
        Assert.All(details, d => Assert.Equal("PropertyInheritedFromHub", (string?)d!["code"]));
        Assert.Contains(hub, (string?)details[0]!["message"], StringComparison.Ordinal);
        Assert.Null((await scene.PropertiesAsync(project))["friendlyName"]);
    }

    [Fact]
    public async Task What_a_get_of_a_project_answers_can_be_put_back_and_the_project_goes_on_following()
    {
        var hub = await scene.AddHubAsync(new()
        {
            ["description"] = "the hub's own words",
            ["hbiWorkspace"] = true,
            ["managedNetwork"] = new JsonObject { ["isolationMode"] = "AllowOnlyApprovedOutbound" },
        });
        var project = await scene.AddProjectAsync(hub);
        var read = await scene.GetAsync(project);

        var put = await scene.CallAsync("PUT", project, read);
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        var again = await scene.GetAsync(project);
        Assert.True(JsonNode.DeepEquals(read["properties"], again["properties"]));

        await scene.CallAsync("PATCH", hub, new { properties = new { publicNetworkAccess = "Disabled" } });
        var seen = await scene.PropertiesAsync(project);
        Assert.Equal("Disabled", (string?)seen["publicNetworkAccess"]);
        Assert.Null(seen["description"]);
    }

    [Fact]
    public async Task What_a_get_of_a_hub_answers_can_be_put_back()
    {
        var hub = await scene.AddHubAsync(new()
        {
            ["friendlyName"] = "Team",
            ["managedNetwork"] = new JsonObject
            {
                ["isolationMode"] = "AllowOnlyApprovedOutbound",
                ["outboundRules"] = new JsonObject { ["pypi"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "pypi.org" } },
            },
        });
        await scene.AddProjectAsync(hub);
        var read = await scene.GetAsync(hub);

        var put = await scene.CallAsync("PUT", hub, read);

        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        Assert.True(JsonNode.DeepEquals(read["properties"], await scene.PropertiesAsync(hub)));
    }

    [Fact]
    public async Task Application_insights_can_be_set_on_the_project_and_given_up_again()
    {
        var insights = $"{scene.Subscription}/resourceGroups/{HubScene.Group}/providers/Microsoft.Insights/components";
        var hub = await scene.AddHubAsync(new() { ["applicationInsights"] = $"{insights}/shared" });
        var project = await scene.AddProjectAsync(hub);
        Assert.Equal($"{insights}/shared", (string?)(await scene.PropertiesAsync(project))["applicationInsights"]);

        await scene.CallAsync("PATCH", project, new { properties = new { applicationInsights = $"{insights}/own" } });
        Assert.Equal($"{insights}/own", (string?)(await scene.PropertiesAsync(project))["applicationInsights"]);

        await scene.CallAsync("PATCH", project, """{"properties":{"applicationInsights":null}}""");
        Assert.Equal($"{insights}/shared", (string?)(await scene.PropertiesAsync(project))["applicationInsights"]);
    }

    [Fact]
    public async Task A_project_needs_a_hub_that_is_there_and_in_the_same_place()
    {
        var id = scene.Id(scene.NewName("project"));
        var without = await scene.CallAsync("PUT", id, new { location = "local", kind = "project" });
        Assert.Equal(("Required", "properties.hubResourceId"), (without.ErrorCode, (string?)without.Body["error"]!["target"]));

        var missing = await scene.CallAsync("PUT", id, HubScene.Project(scene.Id("nowhere")));
        Assert.Contains("was not found", (string?)missing.Body["error"]!["message"], StringComparison.Ordinal);

        var plain = scene.Id(scene.NewName("plain"));
        await scene.SettleAsync(await scene.CallAsync("PUT", plain, new { location = "local" }));
        var notHub = await scene.CallAsync("PUT", id, HubScene.Project(plain));
        Assert.Contains("of kind Default", (string?)notHub.Body["error"]!["message"], StringComparison.Ordinal);

        var hub = await scene.AddHubAsync(location: "East US 2");
        var elsewhere = await scene.CallAsync("PUT", id, HubScene.Project(hub, "westus"));
        Assert.Equal("location", (string?)elsewhere.Body["error"]!["target"]);
        var near = await scene.CallAsync("PUT", id, HubScene.Project(hub, "eastus2"));
        Assert.True(near.Status == HttpStatusCode.Accepted, near.ToString());
    }

    [Fact]
    public async Task A_project_keeps_its_hub_and_its_workspace_id()
    {
        var hub = await scene.AddHubAsync();
        var other = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        var workspaceId = (string?)(await scene.PropertiesAsync(project))["workspaceId"];
        Assert.True(Guid.TryParse(workspaceId, out _));

        var moved = await scene.CallAsync("PUT", project, HubScene.Project(other));
        Assert.Equal(("PropertyChangeNotAllowed", "properties.hubResourceId"), (moved.ErrorCode, (string?)moved.Body["error"]!["target"]));

        var put = await scene.CallAsync("PUT", project, new { location = "local", properties = new { description = "new" } });
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        var seen = await scene.GetAsync(project);
        Assert.Equal(("project", workspaceId, hub), ((string?)seen["kind"], (string?)seen["properties"]!["workspaceId"], (string?)seen["properties"]!["hubResourceId"]));
    }

    [Fact]
    public async Task Deleting_a_hub_takes_its_projects_with_it()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        var other = await scene.AddProjectAsync(await scene.AddHubAsync());
        Assert.Equal([project], (await scene.PropertiesAsync(hub))["associatedWorkspaces"]!.AsArray().Select(w => (string?)w));

        await scene.SettleAsync(await scene.CallAsync("DELETE", hub));

        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", hub)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.CallAsync("GET", project)).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("GET", other)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await scene.CallAsync("DELETE", hub)).Status);
    }
}
