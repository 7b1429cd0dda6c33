using System.Net;
using System.Security.Cryptography;
using System.Text;
using Atrium.Persistence;
using Atrium.Server.Tests.Hubs;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Projects;

/// <summary>The keys of a project.</summary>
public sealed class ProjectKeyTests(HubScene scene) : IClassFixture<HubScene>
{
    [Fact]
    public async Task A_project_has_two_keys_of_its_own_kept_hashed()
    {
        var hub = await scene.AddHubAsync();
        var (one, two) = (await scene.AddProjectAsync(hub), await scene.AddProjectAsync(hub));
        var keys = (await scene.CallAsync("POST", $"{one}/listApiKeys")).Body;
        var others = (await scene.CallAsync("POST", $"{two}/listApiKeys")).Body;
        string[] all = [(string)keys["key1"]!, (string)keys["key2"]!, (string)others["key1"]!, (string)others["key2"]!];
        Assert.Equal(4, all.Distinct().Count());
        Assert.All(all, key => Assert.Equal(64, key.Length));

        var stored = await scene.Server.Services.GetRequiredService<IAtriumStore>().FindAsync(one.ToLowerInvariant(), TestContext.Current.CancellationToken);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all[0]))), stored!.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(all[0], stored.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_key_is_made_anew_and_the_other_stays_also_over_a_put()
    {
        var hub = await scene.AddHubAsync();
        var project = await scene.AddProjectAsync(hub);
        var before = (await scene.CallAsync("POST", $"{project}/listApiKeys")).Body;
        var answer = (await scene.CallAsync("POST", $"{project}/regenerateApiKey", new { keyName = "Key2" })).Body;
        Assert.Equal((string?)before["key1"], (string?)answer["key1"]);
        Assert.NotEqual((string?)before["key2"], (string?)answer["key2"]);

        await scene.CallAsync("PUT", project, HubScene.Project(hub));
        Assert.Equal(answer.ToJsonString(), (await scene.CallAsync("POST", $"{project}/listApiKeys")).Body.ToJsonString());
    }

    [Fact]
    public async Task A_hub_has_no_keys_of_its_own_and_a_wrong_name_is_refused()
    {
        var hub = await scene.AddHubAsync();
        Assert.Equal("NotAProject", (await scene.CallAsync("POST", $"{hub}/listApiKeys")).ErrorCode);
        var wrong = await scene.CallAsync("POST", $"{await scene.AddProjectAsync(hub)}/regenerateApiKey", new { keyName = "Key3" });
        Assert.Equal((HttpStatusCode.BadRequest, "keyName"), (wrong.Status, (string?)wrong.Body["error"]!["target"]));
    }
}
