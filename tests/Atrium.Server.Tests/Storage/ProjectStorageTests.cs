using System.Net;
using System.Security.Cryptography;
using System.Text;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Storage;

/// <summary>What projects have in their hub's storage account, and that they reach no more than that.</summary>
public sealed class ProjectStorageTests : IAsyncLifetime
{
    private const string Contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private NewHub made = null!;
    private string account = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Service => $"/{account.Split('/')[^1]}.blob";

    private string Files => $"/{account.Split('/')[^1]}.file";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        owner = await hub.OwnerAsync();
        made = await NewHub.MakeAsync(owner, group);
        account = (string)(await owner.CallAsync("GET", made.Id + "?api-version=2024-04-01")).Body["properties"]!["storageAccount"]!;
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_new_project_has_containers_of_its_own_and_its_identity_a_role_on_them_alone()
    {
        var project = await MakeAsync("one");
        using var admin = await hub.ClientForAsync(HubClients.Storage, (Contributor, account));
        var names = (await admin.BlobAsync("GET", $"{Service}?comp=list")).Xml.Descendants("Name").Select(n => n.Value);
        Assert.Equal([$"{project.WorkspaceId}-azureml", $"{project.WorkspaceId}-blobstore"], names);

        var assignments = (await owner.CallAsync("GET", $"{account}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '{project.PrincipalId}'")).Body["value"]!.AsArray();
        var given = Assert.Single(assignments)!["properties"]!;
        Assert.Equal(($"@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringStartsWith '{project.WorkspaceId}-'", "2.0", account), ((string)given["condition"]!, (string)given["conditionVersion"]!, (string)given["scope"]!));
    }

    [Fact]
    public async Task Whoever_has_the_role_on_condition_reaches_his_own_prefix_and_sees_nothing_of_the_rest()
    {
        var (mine, other) = (await MakeAsync("mine"), await MakeAsync("other"));
        var app = await hub.NewAppAsync();
        var condition = $"@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringStartsWith '{mine.WorkspaceId}-'";
        var assigned = await owner.CallAsync("PUT", $"{account}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{Contributor}", principalId = app.ObjectId, condition, conditionVersion = "2.0" },
        });
        Assert.Equal(HttpStatusCode.Created, assigned.Status);
        using var caller = await hub.SignedInAsync(app.AppId, app.ClientSecret, HubClients.Storage);
        await WriteAsync(other, "secret.txt", "hidden");

        Assert.Equal(HttpStatusCode.Created, (await caller.PutBlobAsync($"{Service}/{mine.WorkspaceId}-blobstore/a.txt", "mine")).Status);
        Assert.Equal("mine", (await caller.BlobAsync("GET", $"{Service}/{mine.WorkspaceId}-blobstore/a.txt")).Body);
        Assert.Equal(HttpStatusCode.Created, (await caller.BlobAsync("PUT", $"{Service}/{mine.WorkspaceId}-more?restype=container")).Status);
        Assert.Contains("a.txt", (await caller.BlobAsync("GET", $"{Service}/{mine.WorkspaceId}-blobstore?restype=container&comp=list")).Body, StringComparison.Ordinal);

        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch"), Told(await caller.BlobAsync("GET", $"{Service}?comp=list")));
        foreach (var (method, rest) in ((string, string)[])[("GET", "/secret.txt"), ("HEAD", "/secret.txt"), ("DELETE", "/secret.txt"), ("PUT", "/secret.txt"), ("GET", "?restype=container"), ("GET", "?restype=container&comp=list"), ("DELETE", "?restype=container"), ("PUT", "?restype=container")])
        {
            var there = await caller.BlobAsync(method, $"{Service}/{other.WorkspaceId}-blobstore{rest}", headers: [("x-ms-blob-type", "BlockBlob")]);
            var missing = await caller.BlobAsync(method, $"{Service}/{Guid.NewGuid()}-blobstore{rest}", headers: [("x-ms-blob-type", "BlockBlob")]);
            Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch"), Told(there));
            Assert.Equal(missing.Body, there.Body);
        }
    }

    [Fact]
    public async Task Features_read_and_write_by_a_projects_scope()
    {
        var (one, two) = (await MakeAsync("one"), await MakeAsync("two"));
        var blobs = hub.Services.GetRequiredService<IProjectBlobs>();
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        foreach (var length in (int[])[0, 1, 20_000, 20_000_000])
        {
            using var content = new MemoryStream(bytes, 0, length);
            var written = await blobs.WriteAsync(one, ProjectContainer.Artifacts, $"out/{length}.bin", content, "application/x-test", Cancel);
            Assert.Equal((length, "application/x-test"), (written.Length, written.ContentType));
            var (_, stream) = (await blobs.OpenAsync(one, ProjectContainer.Artifacts, $"out/{length}.bin", Cancel))!.Value;
            using var read = new MemoryStream();
            await using (stream)
            {
                await stream.CopyToAsync(read, Cancel);
            }

            Assert.True(bytes.AsSpan(0, length).SequenceEqual(read.ToArray()));
        }

        Assert.Equal(["out/0.bin", "out/1.bin"], (await blobs.ListAsync(one, ProjectContainer.Artifacts, "out/", null, 2, Cancel)).Select(b => b.Path));
        Assert.Equal(["out/20000.bin", "out/20000000.bin"], (await blobs.ListAsync(one, ProjectContainer.Artifacts, "out/", "out/1.bin", 5, Cancel)).Select(b => b.Path));
        Assert.Null(await blobs.OpenAsync(two, ProjectContainer.Artifacts, "out/1.bin", Cancel));
        Assert.Null(await blobs.OpenAsync(one, ProjectContainer.Data, "out/1.bin", Cancel));
        Assert.True(await blobs.DeleteAsync(one, ProjectContainer.Artifacts, "out/1.bin", Cancel));
        Assert.False(await blobs.DeleteAsync(one, ProjectContainer.Artifacts, "out/1.bin", Cancel));
        Assert.EndsWith($"{Service}/{one.WorkspaceId}-blobstore/a/b%20c.txt", (await blobs.AddressAsync(one, ProjectContainer.Data, "a/b c.txt", Cancel)).AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_projects_share_is_a_plain_folder_that_whoever_mounts_it_and_whoever_calls_see_alike()
    {
        var (mine, other) = (await MakeAsync("mine"), await MakeAsync("other"));
        using var admin = await hub.ClientForAsync(HubClients.Storage, (FileContributor, account));
        admin.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        var (share, folder) = ($"{Files}/{mine.WorkspaceId}-code", await hub.Services.GetRequiredService<IProjectFolder>().FindAsync(mine, Cancel));

        Assert.Equal(HttpStatusCode.Created, (await admin.BlobAsync("PUT", $"{share}/src?restype=directory")).Status);
        Assert.Equal(HttpStatusCode.Created, (await admin.BlobAsync("PUT", $"{share}/src/a.py", "print(1)", ("x-ms-type", "file"), ("x-ms-content-length", "8"), ("x-ms-meta-who", "me"))).Status);
        Assert.Equal("print(1)", await File.ReadAllTextAsync(Path.Combine(folder, "src", "a.py"), Cancel));

        await File.WriteAllTextAsync(Path.Combine(folder, "src", "b.py"), "print(22)", Cancel);
        await File.AppendAllTextAsync(Path.Combine(folder, "src", "a.py"), "\n", Cancel);
        Assert.Equal("print(22)", (await admin.BlobAsync("GET", $"{share}/src/b.py")).Body);
        Assert.Equal(["a.py", "b.py"], (await admin.BlobAsync("GET", $"{share}/src?restype=directory&comp=list")).Xml.Descendants("Name").Select(n => n.Value));
        Assert.Equal(("print(1)\n", "me"), (await admin.BlobAsync("GET", $"{share}/src/a.py") is var read ? (read.Body, read.Header("x-ms-meta-who")) : default));
        Assert.Equal(["8"], (await admin.BlobAsync("GET", $"{share}/src/a.py?comp=rangelist")).Xml.Descendants("End").Select(n => n.Value));
        Assert.NotEqual(folder, await hub.Services.GetRequiredService<IProjectFolder>().FindAsync(other, Cancel));
    }

    [Fact]
    public async Task Nothing_outside_a_share_is_reached_by_links_or_paths()
    {
        var mine = await MakeAsync("mine");
        using var admin = await hub.ClientForAsync(HubClients.Storage, (FileContributor, account));
        admin.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        var (share, folder) = ($"{Files}/{mine.WorkspaceId}-code", await hub.Services.GetRequiredService<IProjectFolder>().FindAsync(mine, Cancel));
        var outside = Path.Combine(Path.GetDirectoryName(folder)!, "outside.txt");
        await File.WriteAllTextAsync(outside, "hidden", Cancel);
        File.CreateSymbolicLink(Path.Combine(folder, "link"), outside);
        Directory.CreateSymbolicLink(Path.Combine(folder, "up"), Path.GetDirectoryName(folder)!);

        Assert.Empty((await admin.BlobAsync("GET", $"{share}?restype=directory&comp=list")).Xml.Descendants("Name"));
        foreach (var path in (string[])["link", "up/outside.txt", "..%2Foutside.txt", "%2E%2E/outside.txt", "src%2F..%2F..%2Foutside.txt", "a%00b", "up%5Coutside.txt"])
        {
            foreach (var (method, query) in ((string, string)[])[("GET", ""), ("HEAD", ""), ("DELETE", ""), ("GET", "?comp=rangelist"), ("PUT", "?comp=range"), ("PUT", "?comp=metadata"), ("PUT", "")])
            {
                var answer = await admin.BlobAsync(method, $"{share}/{path}{query}", method == "PUT" ? "evil" : null, ("x-ms-type", "file"), ("x-ms-content-length", "4"), ("x-ms-range", "bytes=0-3"), ("x-ms-write", "update"));
                Assert.True((int)answer.Status is 400 or 404 or 409, $"{method} {path}{query}: {answer}");
            }
        }

        Assert.Equal("hidden", await File.ReadAllTextAsync(outside, Cancel));
    }

    private static (HttpStatusCode Status, string? Code) Told(BlobAnswer answer) => (answer.Status, answer.Code);

    private async Task WriteAsync(ProjectScope project, string path, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await hub.Services.GetRequiredService<IProjectBlobs>().WriteAsync(project, ProjectContainer.Data, path, content, "text/plain", Cancel);
    }

    private async Task<ProjectScope> MakeAsync(string name)
    {
        var id = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
        await NewHub.MakeWorkspaceAsync(owner, id, new { location = "local", kind = "project", properties = new { hubResourceId = made.Id } });
        return (await ProjectScope.FindAsync(ResourceId.Parse(id), new ResourceReader(hub.Services.GetRequiredService<IAtriumStore>()), Cancel))!;
    }
}
