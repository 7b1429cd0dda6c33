using System.Collections.Concurrent;
using System.IO.Compression;
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
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

/// <summary>Batch synthesis into a container of one's own.</summary>
public sealed class SynthesisDestinationTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Batches = "/texttospeech/batchsyntheses";
    private const string Version = "?api-version=2024-04-01";
    private const string AzureMl = "?api-version=2024-04-01";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_projects_own_container_takes_one_file()
    {
        var (scope, key) = await ProjectAsync();
        var (id, ended) = await RunAsync(key, new { destinationContainerUrl = await ContainerAsync(scope), destinationPath = "speech/today" });
        Assert.Equal(("Succeeded", $"speech/today/{id}/results.zip"), ((string?)ended["status"], (string?)ended["outputs"]!["result"]));
        using var zip = new ZipArchive(await OpenAsync(scope, $"speech/today/{id}/results.zip"));
        Assert.Equal(["0001.wav", "summary.json"], zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task A_signature_opens_a_container_of_another_project_and_each_file_is_a_blob_there()
    {
        var (other, _) = await ProjectAsync();
        var (_, key) = await ProjectAsync();
        var (id, ended) = await RunAsync(key, new { destinationContainerUrl = $"{await ContainerAsync(other)}?{await SignatureAsync(other)}", decompressOutputFiles = true });
        Assert.Equal(("Succeeded", $"{id}/", $"{id}/summary.json"), ((string?)ended["status"], (string?)ended["outputs"]!["result"], (string?)ended["outputs"]!["summary"]));
        Assert.EndsWith("&sig=Masked", (string?)ended["properties"]!["destinationContainerUrl"], StringComparison.Ordinal);
        await using var wav = await OpenAsync(other, $"{id}/0001.wav");
        var head = new byte[4];
        await wav.ReadExactlyAsync(head, Cancel);
        Assert.Equal("RIFF"u8, head);
        Assert.Equal("Succeeded", (string?)JsonNode.Parse(await new StreamReader(await OpenAsync(other, $"{id}/summary.json")).ReadToEndAsync(Cancel))!["status"]);
    }

    [Fact]
    public async Task What_opens_nothing_is_refused_before_anything_is_spoken()
    {
        var (own, key) = await ProjectAsync();
        var (other, _) = await ProjectAsync();
        var container = await ContainerAsync(other);
        var service = new Uri(container).GetLeftPart(UriPartial.Authority) + new Uri(container).AbsolutePath[..(new Uri(container).AbsolutePath.LastIndexOf('/') + 1)];
        var signature = await SignatureAsync(other);
        foreach (var url in (string[])
        [
            container,
            $"{container}?{signature[..^6]}AAAA%3D",
            $"{container}?{signature.Replace("sp=rwdlac", "sp=rl", StringComparison.Ordinal)}",
            $"{container}-none",
            $"{service}no-such-container-of-mine",
            $"{await ContainerAsync(own)}/folder",
            service,
            "ftp://somewhere/container",
            "container",
        ])
        {
            var refused = await OrderAsync(key, $"job-{Guid.NewGuid():N}", new { destinationContainerUrl = url });
            Assert.True(refused.Status == HttpStatusCode.BadRequest, $"{url}: {refused}");
            Assert.Contains("destinationContainerUrl", refused.Body["error"]!.ToJsonString(), StringComparison.Ordinal);
        }

        foreach (var path in (string[])["../up", "/root", "a//b", "a/./b", "a\\b", new('a', 513)])
        {
            var refused = await OrderAsync(key, $"job-{Guid.NewGuid():N}", new { destinationContainerUrl = await ContainerAsync(own), destinationPath = path });
            Assert.True(refused.Status == HttpStatusCode.BadRequest, $"{path}: {refused}");
        }
    }

    [Fact]
    public async Task A_container_elsewhere_gets_its_blobs_by_the_signature_or_says_no()
    {
        var taken = new ConcurrentDictionary<string, byte[]>();
        await using var web = Web(taken);
        await web.StartAsync(Cancel);
        var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var (_, key) = await ProjectAsync();
        var (id, ended) = await RunAsync(key, new { destinationContainerUrl = $"{address}/container?sp=cw&sig=opens", decompressOutputFiles = true });
        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        Assert.Equal([$"/container/{id}/0001.wav audio/x-wav", $"/container/{id}/summary.json application/json"], taken.Keys.Order());
        Assert.Equal((int)ended["properties"]!["sizeInBytes"]!, taken[$"/container/{id}/0001.wav audio/x-wav"].Length);

        (_, ended) = await RunAsync(key, new { destinationContainerUrl = $"{address}/container?sp=cw&sig=over" });
        Assert.Equal(("Failed", "DestinationNotWritable"), ((string?)ended["status"], (string?)ended["properties"]!["error"]!["code"]));
        Assert.Contains("403", (string?)ended["properties"]!["error"]!["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("over", ended.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>Takes blobs as a storage account does, where the signature is the right one.</summary>
    private static WebApplication Web(ConcurrentDictionary<string, byte[]> taken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(async context =>
        {
            var request = context.Request;
            var isBlob = request.Method == "PUT" && request.Headers["x-ms-blob-type"] == "BlockBlob" && request.ContentLength > 0;
            context.Response.StatusCode = !isBlob ? StatusCodes.Status400BadRequest : request.Query["sig"] == "opens" ? StatusCodes.Status201Created : StatusCodes.Status403Forbidden;
            using var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes, context.RequestAborted);
            taken[$"{request.Path} {request.ContentType}"] = bytes.ToArray();
        });
        return app;
    }

    private async Task<(ProjectScope Scope, string Key)> ProjectAsync()
    {
        var project = $"{scene.HubId}-{Guid.NewGuid():N}"[..(scene.HubId.Length + 13)];
        await NewHub.MakeWorkspaceAsync(scene.Hub.Client, project, new { location = "local", kind = "project", properties = new { hubResourceId = scene.HubId } });
        var key = (string)(await scene.Hub.Client.CallAsync("POST", $"{project}/listApiKeys{AzureMl}")).Body["key1"]!;
        return ((await ProjectScope.FindAsync(Contracts.ResourceId.Parse(project), new ResourceReader(scene.Hub.Services.GetRequiredService<IAtriumStore>()), Cancel))!, key);
    }

    private async Task<string> ContainerAsync(ProjectScope project) => (await Blobs.AddressAsync(project, ProjectContainer.Data, "", Cancel)).AbsoluteUri.TrimEnd('/');

    private async Task<string> SignatureAsync(ProjectScope project)
    {
        var keys = await scene.Hub.Client.CallAsync("POST", $"{project.StorageAccount!.Text}/listKeys?api-version=2023-05-01");
        return AccountSas.Make(project.StorageAccount.Name, (string)keys.Body["keys"]![0]!["value"]!);
    }

    private async Task<MemoryStream> OpenAsync(ProjectScope project, string path)
    {
        await using var content = (await Blobs.OpenAsync(project, ProjectContainer.Data, path, Cancel))!.Value.Content;
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Cancel);
        bytes.Position = 0;
        return bytes;
    }

    private IProjectBlobs Blobs => scene.Hub.Services.GetRequiredService<IProjectBlobs>();

    private Task<Answer> OrderAsync(string key, string id, object properties) => scene.Hub.Client.CallAsync(
        "PUT", $"{Batches}/{id}{Version}", new { inputKind = "SSML", inputs = new[] { new { content = SpeakingScene.Document("Good.") } }, properties }, ("Ocp-Apim-Subscription-Key", key));

    private async Task<(string Id, JsonObject Ended)> RunAsync(string key, object properties)
    {
        var id = $"job-{Guid.NewGuid():N}";
        var made = await OrderAsync(key, id, properties);
        Assert.True(made.Status is HttpStatusCode.Created, made.ToString());
        JsonObject view;
        while ((string?)(view = (await scene.Hub.Client.CallAsync("GET", $"{Batches}/{id}{Version}", null, ("Ocp-Apim-Subscription-Key", key))).Body)["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, Cancel);
        }

        return (id, view);
    }
}
