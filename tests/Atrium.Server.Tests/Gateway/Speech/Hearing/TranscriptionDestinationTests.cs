using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Storage;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Batch transcription whose files go into a container of one's own.</summary>
public sealed class TranscriptionDestinationTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private const string V32 = "/speechtotext/v3.2/transcriptions";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IProjectBlobs Blobs => scene.Hub.Services.GetRequiredService<IProjectBlobs>();

    [Fact]
    public async Task The_projects_own_container_takes_the_files_by_their_names()
    {
        var (scope, key, audio) = await ProjectAsync();
        var (id, ended) = await RunAsync(key, audio, await ContainerAsync(scope));
        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        using var result = await OpenAsync(scope, $"{id}/contenturl_0.json");
        Assert.Equal("he might even have been made amiable himself", (string?)JsonNode.Parse(result)!["combinedRecognizedPhrases"]![0]!["lexical"]);
        using var report = await OpenAsync(scope, $"{id}/report.json");
        Assert.Equal(1, (int)JsonNode.Parse(report)!["successfulTranscriptionsCount"]!);
        Assert.Equal(2, (await CallAsync("GET", (string)ended["links"]!["files"]!, key)).Body["values"]!.AsArray().Count);
        await CallAsync("DELETE", (string)ended["self"]!, key);
        using var kept = await OpenAsync(scope, $"{id}/report.json");
        Assert.True(kept.Length > 0);
    }

    [Fact]
    public async Task A_signature_opens_a_container_of_another_project_and_is_shown_to_nobody()
    {
        var (other, _, _) = await ProjectAsync();
        var (_, key, audio) = await ProjectAsync();
        var keys = await scene.Hub.Client.CallAsync("POST", $"{other.StorageAccount!.Text}/listKeys?api-version=2023-05-01");
        var signature = AccountSas.Make(other.StorageAccount.Name, (string)keys.Body["keys"]![0]!["value"]!);
        var (id, ended) = await RunAsync(key, audio, $"{await ContainerAsync(other)}?{signature}");
        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        Assert.EndsWith("&sig=Masked", (string?)ended["properties"]!["destinationContainerUrl"], StringComparison.Ordinal);
        using var result = await OpenAsync(other, $"{id}/contenturl_0.json");
        Assert.True(result.Length > 0);

        foreach (var url in (string[])[await ContainerAsync(other), $"{await ContainerAsync(other)}?{signature[..^6]}AAAA%3D", "ftp://somewhere/container", "container"])
        {
            var refused = await OrderAsync(key, audio, url);
            Assert.Equal((HttpStatusCode.BadRequest, "properties.destinationContainerUrl"), (refused.Status, (string?)refused.Body["target"]));
        }
    }

    [Fact]
    public async Task A_container_elsewhere_that_fails_for_a_while_gets_all_files_in_another_try_or_says_no()
    {
        var (taken, failures) = (new ConcurrentDictionary<string, byte[]>(), 1);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        web.Run(async context =>
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
            var isReport = context.Request.Path.Value!.EndsWith("report.json", StringComparison.Ordinal);
            context.Response.StatusCode = context.Request.Query["sig"] != "opens" ? 403 : isReport && Interlocked.Decrement(ref failures) >= 0 ? 503 : 201;
            if (context.Response.StatusCode == 201)
            {
                taken[context.Request.Path] = bytes.ToArray();
            }
        });
        await web.StartAsync(Cancel);
        var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var (_, key, audio) = await ProjectAsync();
        var (id, ended) = await RunAsync(key, audio, $"{address}/container?sp=cw&sig=opens");
        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        Assert.Equal([$"/container/{id}/contenturl_0.json", $"/container/{id}/report.json"], taken.Keys.Order());
        Assert.True(failures < 0, "The first try had failed.");

        (_, ended) = await RunAsync(key, audio, $"{address}/container?sp=cw&sig=over");
        Assert.Equal(("Failed", "DestinationNotWritable"), ((string?)ended["status"], (string?)ended["properties"]!["error"]!["code"]));
        Assert.DoesNotContain("sig=over", ended.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, (await CallAsync("GET", (string)ended["links"]!["files"]!, key)).Body["values"]!.AsArray().Count);
    }

    private async Task<(ProjectScope Scope, string Key, string Audio)> ProjectAsync()
    {
        var (project, key) = await scene.AddProjectAsync($"dest-{Guid.NewGuid():N}"[..20]);
        var scope = (await ProjectScope.FindAsync(Contracts.ResourceId.Parse(project), new ResourceReader(scene.Hub.Services.GetRequiredService<IAtriumStore>()), Cancel))!;
        await Blobs.WriteAsync(scope, ProjectContainer.Data, "one.wav", new MemoryStream(HearingScene.Amiable), "audio/wav", Cancel);
        return (scope, key, (await Blobs.AddressAsync(scope, ProjectContainer.Data, "one.wav", Cancel)).AbsoluteUri);
    }

    private async Task<string> ContainerAsync(ProjectScope project) => (await Blobs.AddressAsync(project, ProjectContainer.Data, "", Cancel)).AbsoluteUri.TrimEnd('/');

    private async Task<MemoryStream> OpenAsync(ProjectScope project, string path)
    {
        await using var content = (await Blobs.OpenAsync(project, ProjectContainer.Data, path, Cancel))!.Value.Content;
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Cancel);
        bytes.Position = 0;
        return bytes;
    }

    private Task<Answer> CallAsync(string method, string path, string key, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));

    private Task<Answer> OrderAsync(string key, string audio, string destination) =>
        CallAsync("POST", V32, key, new { contentUrls = new[] { audio }, locale = "en-US", displayName = "A name", properties = new { destinationContainerUrl = destination } });

    private async Task<(string Id, JsonObject Ended)> RunAsync(string key, string audio, string destination)
    {
        var made = await OrderAsync(key, audio, destination);
        Assert.True(made.Status is HttpStatusCode.Created, made.ToString());
        var self = (string)made.Body["self"]!;
        JsonObject view;
        while ((string?)(view = (await CallAsync("GET", self, key)).Body)["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, Cancel);
        }

        return (self.Split('/')[^1], view);
    }
}
