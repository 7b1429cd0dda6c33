using System.Net;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Projects;
using Atrium.Server.Tests.Hubs;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Projects;

/// <summary>Whatever is changed in whatever order on a hub and its project, the project shows what the pure function says.</summary>
public sealed class InheritancePropertyTests(HubScene scene) : IClassFixture<HubScene>
{
    private const int Projects = 10_000;
    private static readonly string[] Computes = ["a", "b"];
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One change: on which of the two, of which setting, to which of its values (0 takes it away).</summary>
    private static readonly Gen<(bool OnHub, bool ByPutOfWhatWasRead, int Setting, int Value)> Change = Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 2]);

    [Fact]
    public async Task Any_sequence_of_changes_gives_what_the_pure_function_says()
    {
        await Change.Array[1, 12].SampleAsync(async changes =>
        {
            var hub = await scene.AddHubAsync();
            var project = await scene.AddProjectAsync(hub);
            var (ofHub, ofProject) = (new JsonObject(), new JsonObject());
            foreach (var change in changes)
            {
                await ApplyAsync(change, hub, project, ofHub, ofProject);
                var expected = ProjectInheritance.Effective(WorkspaceSettings.Of(ofHub, hub, SettingOrigin.Hub), ofProject, project);
                var seen = await scene.PropertiesAsync(project);
                var explained = (await scene.GetAsync($"{project}/effectiveSettings"))["settings"]!.AsArray();
                foreach (var (setting, line) in expected.Where(s => s.Name is not ("hbiWorkspace" or "storageAccount" or "keyVault")).Select(s => (s, explained.Single(e => (string?)e!["name"] == s.Name)!)))
                {
                    Assert.True(JsonNode.DeepEquals(setting.Value, seen[setting.Name]), $"{setting.Name}: expected {setting.Value}, found {seen[setting.Name]}");
                    Assert.True(JsonNode.DeepEquals(setting.ToJson(), line), $"expected {setting.ToJson()}, found {line}");
                }
            }
        }, iter: 40, threads: 2);
    }

    [Fact]
    public async Task One_change_on_the_hub_is_in_all_of_ten_thousand_projects_at_the_next_read()
    {
        var hub = await scene.AddHubAsync();
        await scene.AddGroupAsync("many");
        var store = scene.Server.Services.GetRequiredService<IAtriumStore>();
        var ids = Enumerable.Range(0, Projects).Select(i => scene.Id($"p-{i:d5}", "many")).ToArray();
        foreach (var some in ids.Chunk(1000))
        {
            await store.CommitAsync(new() { Resources = [.. some.Select(id => Project(id, hub))] }, Cancel);
        }

        Assert.Equal("Enabled", (string?)(await scene.PropertiesAsync(ids[^1]))["publicNetworkAccess"]);
        await scene.CallAsync("PATCH", hub, new { properties = new { publicNetworkAccess = "Disabled", imageBuildCompute = "builder" } });

        var seen = 0;
        var next = $"{scene.Subscription}/resourceGroups/many/providers/Microsoft.MachineLearningServices/workspaces{HubScene.Version}&$top=1000";
        while (next is not null)
        {
            var page = (await Support.JsonCalls.CallAsync(scene.Client, "GET", next)).Body;
            foreach (var project in page["value"]!.AsArray())
            {
                Assert.Equal(("Disabled", "builder"), ((string?)project!["properties"]!["publicNetworkAccess"], (string?)project["properties"]!["imageBuildCompute"]));
                seen++;
            }

            next = (string?)page["nextLink"];
        }

        Assert.Equal(Projects, seen);
        Assert.Equal(HttpStatusCode.OK, (await scene.CallAsync("GET", hub)).Status);
    }

    private async Task ApplyAsync((bool OnHub, bool ByPutOfWhatWasRead, int Setting, int Value) change, string hub, string project, JsonObject ofHub, JsonObject ofProject)
    {
        var insights = $"{scene.Subscription}/resourceGroups/{HubScene.Group}/providers/Microsoft.Insights/components";
        JsonNode?[] values = change.Setting switch
        {
            0 => [null, "Enabled", "Disabled"],
            1 => [null, Computes[0], Computes[1]],
            2 => [null, true, false],
            _ => [null, $"{insights}/a", $"{insights}/b"],
        };
        var name = ((string[])["publicNetworkAccess", "imageBuildCompute", "v1LegacyMode", "applicationInsights"])[change.Setting];
        var value = values[change.Value];
        var (target, own) = change.OnHub ? (hub, ofHub) : (project, ofProject);
        if (change.ByPutOfWhatWasRead)
        {
            var put = await scene.CallAsync("PUT", target, await scene.GetAsync(target));
            Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
            if (change.OnHub)
            {
                // A PUT says everything, so what a GET of the hub showed is set from now on.
                foreach (var setting in WorkspaceSettings.Of(ofHub, hub, SettingOrigin.Hub).Where(s => s.Value is not null))
                {
                    ofHub[setting.Name] = setting.Value!.DeepClone();
                }
            }

            return;
        }

        var inForce = ProjectInheritance.Effective(WorkspaceSettings.Of(ofHub, hub, SettingOrigin.Hub), ofProject, project).Single(s => s.Name == name).Value;
        var patch = new JsonObject { ["properties"] = new JsonObject { [name] = value?.DeepClone() } };
        var answer = await scene.CallAsync("PATCH", target, patch);
        var isOwn = change.OnHub || name == "applicationInsights";
        if (!isOwn && value is not null && !JsonNode.DeepEquals(value, inForce))
        {
            Assert.Equal("PropertyInheritedFromHub", answer.ErrorCode);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        if (value is null)
        {
            own.Remove(name);
        }
        else if (change.OnHub || (isOwn && (own[name] is not null || !JsonNode.DeepEquals(value, inForce))))
        {
            own[name] = value.DeepClone();
        }
    }

    private static ResourceWrite Project(string id, string hub)
    {
        var body = new JsonObject
        {
            ["kind"] = "project",
            ["location"] = "local",
            ["properties"] = new JsonObject { ["hubResourceId"] = hub, ["provisioningState"] = "Succeeded" },
        };
        var parsed = ResourceId.Parse(id);
        var stored = new StoredResource { Key = parsed.Key, Id = id, Type = Workspaces.TypeKey, Body = body.ToJsonString(), Link = hub.ToLowerInvariant() };
        return new() { Key = stored.Key, Type = stored.Type, Resource = stored, Expect = Expect.Nothing };
    }
}
