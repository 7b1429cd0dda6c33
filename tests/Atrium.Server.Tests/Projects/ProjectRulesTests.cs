using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Projects;
using Atrium.Server.Resources;

namespace Atrium.Server.Tests.Projects;

/// <summary>Tables for the pure rules of projects.</summary>
public sealed class ProjectRulesTests
{
    private const string HubId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/hub";

    [Theory]
    [InlineData("""{"location":"local","properties":{"hubResourceId":"h"}}""", """{"kind":"hub","location":"local"}""", "")]
    [InlineData("""{"location":"EAST US","properties":{"hubResourceId":"h"}}""", """{"kind":"hub","location":"eastus"}""", "")]
    [InlineData("""{"location":"local","properties":{}}""", null, "properties.hubResourceId")]
    [InlineData("""{"location":"local","properties":{"hubResourceId":"h"}}""", null, "properties.hubResourceId")]
    [InlineData("""{"location":"local","properties":{"hubResourceId":"h"}}""", """{"kind":"Default","location":"local"}""", "properties.hubResourceId")]
    [InlineData("""{"location":"local","properties":{"hubResourceId":"h"}}""", """{"kind":"project","location":"local"}""", "properties.hubResourceId")]
    [InlineData("""{"location":"west","properties":{"hubResourceId":"h"}}""", """{"kind":"hub","location":"local"}""", "location")]
    [InlineData("""{"location":"local","properties":{"hubResourceId":"h"}}""", """{"kind":"hub","location":"local","properties":{"provisioningState":"Deleting"}}""", "properties.hubResourceId")]
    [InlineData("""{"location":"x","properties":{"hubResourceId":"h","workspaceHubConfig":{},"featureStoreSettings":{}}}""", """{"kind":"hub","location":"local"}""", "location properties.workspaceHubConfig properties.featureStoreSettings")]
    public void A_new_project_is_refused_for_each_thing_that_is_wrong(string project, string? hub, string wrong)
    {
        var found = ProjectRules.Check(JsonNode.Parse(project)!.AsObject(), isCreate: true, hub is null ? null : Stored(hub));
        Assert.Equal(wrong.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Select(p => p.Target));
    }

    [Theory]
    [InlineData("\"Disabled\"", "\"disabled\"", true)]
    [InlineData("\"Disabled\"", "\"Enabled\"", false)]
    [InlineData(null, "false", false)]
    [InlineData("true", "true", true)]
    [InlineData("""{"a":1,"b":{"c":"X"}}""", """{"b":{"c":"x"}}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"a":1}""", """{"b":null}""", true)]
    [InlineData("""{"a":1}""", """{"a":null}""", false)]
    [InlineData("""{"A":1}""", """{"a":1}""", true)]
    [InlineData("[1,2]", "[1,2]", true)]
    [InlineData("[1,2]", "[1]", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    public void A_value_follows_when_what_is_in_force_says_all_of_it(string? inForce, string sent, bool follows) =>
        Assert.Equal(follows, ProjectRules.Follows(inForce is null ? null : JsonNode.Parse(inForce), JsonNode.Parse(sent)!));

    [Fact]
    public void Only_the_settings_that_may_be_overridden_are_the_projects_own()
    {
        var all = new JsonObject(WorkspaceSettings.All.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)"own")));
        var effective = ProjectInheritance.Effective(WorkspaceSettings.Of([], HubId, SettingOrigin.Hub), all, "p");
        Assert.Equal(["applicationInsights"], effective.Where(s => s.Origin == SettingOrigin.Project).Select(s => s.Name));
        Assert.Equal(["applicationInsights"], effective.Where(s => s.SetOn == "p").Select(s => s.Name));
    }

    [Fact]
    public void An_override_that_equals_the_hubs_stays_an_override_where_it_was_one()
    {
        var effective = WorkspaceSettings.Of(new() { ["applicationInsights"] = "x" }, HubId, SettingOrigin.Hub);
        var (fresh, kept) = (new JsonObject { ["applicationInsights"] = "x" }, new JsonObject { ["applicationInsights"] = "x" });
        Assert.Empty(ProjectRules.TakeOutInherited(effective, null, fresh, HubId));
        Assert.Empty(ProjectRules.TakeOutInherited(effective, new() { ["applicationInsights"] = "x" }, kept, HubId));
        Assert.Equal((0, 1), (fresh.Count, kept.Count));
    }

    private static Resource Stored(string body) => new(new StoredResource { Key = HubId.ToLowerInvariant(), Id = HubId, Type = Workspaces.TypeKey, Body = body });
}
