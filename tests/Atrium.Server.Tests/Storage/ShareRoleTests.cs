using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>A role that is given at one file share, or one container, reaches that one and tells nothing of the others.</summary>
public sealed class ShareRoleTests
{
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private const string FileReader = "b8eda974-7b85-4f76-af95-65846b26df6d";
    private const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    [Theory]
    [InlineData("fileshares")]
    [InlineData("shares")]
    public async Task A_role_at_one_share_reaches_its_files_and_no_others(string type)
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        var (account, all) = await NewStorage.MakeAsync(hub, "roles");
        using var owner = Backup(all);
        foreach (var share in (string[])["one", "other"])
        {
            Assert.Equal(HttpStatusCode.Created, (await owner.BlobAsync("PUT", $"/roles.file/{share}?restype=share")).Status);
            Assert.Equal(HttpStatusCode.Created, (await owner.BlobAsync("PUT", $"/roles.file/{share}/there", null, ("x-ms-type", "file"), ("x-ms-content-length", "3"))).Status);
        }

        var scope = $"{account}/fileServices/default/{type}/one";
        using var writer = Backup(await hub.ClientForAsync(HubClients.Storage, (FileContributor, scope)));
        using var reader = Backup(await hub.ClientForAsync(HubClients.Storage, (FileReader, scope)));
        Assert.Equal(HttpStatusCode.Created, (await writer.BlobAsync("PUT", "/roles.file/one/mine", null, ("x-ms-type", "file"), ("x-ms-content-length", "3"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await reader.BlobAsync("GET", "/roles.file/one/mine")).Status);
        Assert.Equal(HttpStatusCode.OK, (await reader.BlobAsync("GET", "/roles.file/one?restype=directory&comp=list")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.BlobAsync("PUT", "/roles.file/one/no", null, ("x-ms-type", "file"), ("x-ms-content-length", "3"))).Status);
        foreach (var client in (HttpClient[])[writer, reader])
        {
            var (foreign, missing) = (await client.BlobAsync("GET", "/roles.file/other/there"), await client.BlobAsync("GET", "/roles.file/nowhere/there"));
            Assert.Equal((HttpStatusCode.Forbidden, foreign.Code), (foreign.Status, missing.Code));
            Assert.Equal(missing.Body, foreign.Body);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.BlobAsync("GET", "/roles.file?comp=list")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.BlobAsync("DELETE", "/roles.file/one?restype=share")).Status);
        }
    }

    [Fact]
    public async Task A_role_at_one_container_reaches_its_blobs_and_no_others()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        var (account, owner) = await NewStorage.MakeAsync(hub, "roles");
        foreach (var container in (string[])["one", "other"])
        {
            Assert.Equal(HttpStatusCode.Created, (await owner.BlobAsync("PUT", $"/roles.blob/{container}?restype=container")).Status);
            Assert.Equal(HttpStatusCode.Created, (await owner.PutBlobAsync($"/roles.blob/{container}/there", "abc")).Status);
        }

        owner.Dispose();
        using var writer = await hub.ClientForAsync(HubClients.Storage, (BlobContributor, $"{account}/blobServices/default/containers/one"));
        Assert.Equal(HttpStatusCode.Created, (await writer.PutBlobAsync("/roles.blob/one/mine", "abc")).Status);
        Assert.Equal("abc", (await writer.BlobAsync("GET", "/roles.blob/one/there")).Body);
        var (foreign, missing) = (await writer.BlobAsync("GET", "/roles.blob/other/there"), await writer.BlobAsync("GET", "/roles.blob/nowhere/there"));
        Assert.Equal((HttpStatusCode.Forbidden, foreign.Body), (foreign.Status, missing.Body));
        Assert.Equal(HttpStatusCode.Forbidden, (await writer.BlobAsync("GET", "/roles.blob?comp=list")).Status);
    }

    private static HttpClient Backup(HttpClient client)
    {
        client.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        return client;
    }
}
