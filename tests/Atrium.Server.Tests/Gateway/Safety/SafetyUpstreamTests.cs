using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>Operations of Content Safety that a connection answers.</summary>
public sealed class SafetyUpstreamTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Four = """{"categoriesAnalysis":[{"category":"Hate","severity":0},{"category":"SelfHarm","severity":0},{"category":"Sexual","severity":0},{"category":"Violence","severity":4}]}""";
    private static readonly object Image = new { image = new { content = "AAAA" }, categories = new[] { "Violence" } };
    private static readonly object Claim = new { text = "The sun rises in the west.", groundingSources = new[] { "The sun rises in the east." } };

    [Fact]
    public async Task An_operation_is_answered_through_the_connection_that_says_it_serves_it_and_no_other_is()
    {
        var (one, two) = (await scene.AddProjectAsync($"one{Guid.NewGuid():N}"[..12]), await scene.AddProjectAsync($"two{Guid.NewGuid():N}"[..12]));
        var before = await AskAsync("image:analyze", Image, one.Key);
        Assert.Equal((HttpStatusCode.NotImplemented, "NotImplemented"), (before.Status, before.ErrorCode));
        Assert.Contains("Serves 'image:analyze'", (string?)before.Body["error"]!["message"], StringComparison.Ordinal);

        await ConnectAsync(one.Id, "safety", "image:analyze, text:detectGroundedness");
        scene.Upstream.Says = [Four];
        var answer = await AskAsync("image:analyze", Image, one.Key);
        Assert.Equal((HttpStatusCode.OK, Four), (answer.Status, answer.Body.ToJsonString()));
        Assert.Equal(("/contentsafety/image:analyze", "AAAA"), (scene.Upstream.Asked[^1].Path, (string?)scene.Upstream.Last["image"]!["content"]));
        Assert.Equal(("?api-version=2024-09-01", "far-secret"), scene.Upstream.LastSafety);
        scene.Upstream.Says = ["""{"ungroundedDetected":true,"ungroundedPercentage":1,"ungroundedDetails":[]}"""];
        Assert.True((bool)(await AskAsync("text:detectGroundedness", Claim, one.Key)).Body["ungroundedDetected"]!);
        Assert.Contains(await scene.UsageAsync("text:detectGroundedness"), row => (string?)row!["model"] == "connection safety" && (int)row["status"]! == 200);

        // What it does not name stays here, and another project's connection is nobody else's.
        var calls = scene.Upstream.Asked.Count;
        Assert.Equal("ProtectedTextsMissing", (await AskAsync("text:detectProtectedMaterial", new { text = "x" }, one.Key)).ErrorCode);
        Assert.Equal(HttpStatusCode.NotImplemented, (await AskAsync("image:analyze", Image, two.Key)).Status);
        Assert.Equal(HttpStatusCode.NotImplemented, (await AskAsync("text:detectGroundedness", Claim, scene.Key)).Status);
        Assert.Equal(calls, scene.Upstream.Asked.Count);
    }

    [Fact]
    public async Task A_hub_shares_its_connection_with_its_projects_and_its_account()
    {
        var project = await scene.AddProjectAsync($"pro{Guid.NewGuid():N}"[..12]);
        await ConnectAsync(scene.HubId, "shared-safety", "text:detectProtectedMaterial");
        scene.Upstream.Says = ["""{"protectedMaterialAnalysis":{"detected":true}}"""];
        foreach (var key in (string[])[project.Key, scene.Key])
        {
            Assert.True((bool)(await AskAsync("text:detectProtectedMaterial", new { text = "x" }, key)).Body["protectedMaterialAnalysis"]!["detected"]!);
        }

        await ConnectAsync(scene.HubId, "shared-safety", "text:detectProtectedMaterial", isShared: false);
        Assert.Equal("ProtectedTextsMissing", (await AskAsync("text:detectProtectedMaterial", new { text = "x" }, project.Key)).ErrorCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("text:detectProtectedMaterial", new { text = "x" }, scene.Key)).Status);

        await scene.Hub.Client.CallAsync("DELETE", $"{scene.HubId}/connections/shared-safety{Ml}");
        Assert.Equal("ProtectedTextsMissing", (await AskAsync("text:detectProtectedMaterial", new { text = "x" }, scene.Key)).ErrorCode);
    }

    [Theory]
    [InlineData(401, 502, "UpstreamRefusedCredential")]
    [InlineData(400, 400, "InvalidRequestBody")]
    [InlineData(429, 429, "InvalidRequestBody")]
    [InlineData(500, 502, "UpstreamFailed")]
    public async Task A_refusal_of_the_upstream_is_passed_on_without_its_secrets(int status, int expected, string code)
    {
        var project = await scene.AddProjectAsync($"ref{Guid.NewGuid():N}"[..12]);
        await ConnectAsync(project.Id, "safety", "image:analyze");
        scene.Upstream.Says = ["""{"error":{"code":"InvalidRequestBody","message":"The key far-secret is not right."}}"""];
        scene.Upstream.Status = status;
        try
        {
            var refused = await AskAsync("image:analyze", Image, project.Key);
            Assert.Equal((expected, code), ((int)refused.Status, refused.ErrorCode));
            Assert.DoesNotContain("far-secret", refused.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            scene.Upstream.Status = 200;
        }
    }

    private Task<Answer> AskAsync(string operation, object body, string key) => scene.PostAsync($"/contentsafety/{operation}?api-version=2024-09-01", body, key);

    private async Task ConnectAsync(string workspace, string name, string serves, bool? isShared = null)
    {
        var properties = new
        {
            category = "CognitiveService", authType = "ApiKey", target = scene.Upstream.Address, credentials = new { key = "far-secret" },
            metadata = new Dictionary<string, string> { ["Kind"] = "Content Safety", ["Serves"] = serves }, isSharedToAll = isShared ?? workspace == scene.HubId,
        };
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.CallAsync("PUT", $"{workspace}/connections/{name}{Ml}", new { properties })).Status);
    }
}
