using System.Net;
using System.Xml.Linq;
using Atrium.Persistence;
using Atrium.Server.Storage;
using Atrium.Server.Tests.Support;
using Atrium.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Atrium.Server.Tests.Storage;

/// <summary>How long what was deleted can be had back, as the policies of the services say, and that it is gone afterwards.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private const string V = "?api-version=2023-05-01";
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private static readonly string Content = new('x', 100_000);
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private HubServer hub = null!;
    private string account = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: ["--Models:Warm", "false"]);
        (account, var client) = await NewStorage.MakeAsync(hub, "kept");
        client.Dispose();
    }

    public async ValueTask DisposeAsync() => await hub.DisposeAsync();

    [Fact]
    public async Task A_deleted_container_comes_back_with_its_blobs_within_the_days_and_is_gone_afterwards()
    {
        await PutAsync("blobServices", new { containerDeleteRetentionPolicy = new { enabled = true, days = 7 } });
        string version;
        using (var client = await ClientAsync())
        {
            Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/kept.blob/box?restype=container")).Status);
            Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync("/kept.blob/box/a", Content)).Status);
            Assert.Equal(HttpStatusCode.Accepted, (await client.BlobAsync("DELETE", "/kept.blob/box?restype=container")).Status);
            Assert.Equal("ContainerNotFound", (await client.BlobAsync("GET", "/kept.blob/box/a")).Code);
            var gone = await DeletedAsync(client, "blob", "Container");
            Assert.Equal(("box", "7"), ((string)gone.Element("Name")!, (string)gone.Element("Properties")!.Element("RemainingRetentionDays")!));
            version = (string)gone.Element("Version")!;
        }

        clock.Now += TimeSpan.FromDays(6);
        await SweepAsync();
        using (var client = await ClientAsync())
        {
            Assert.Equal(HttpStatusCode.Created, (await RestoreAsync(client, "blob/box?restype=container", "container", "box", version)).Status);
            Assert.Equal(Content, (await client.BlobAsync("GET", "/kept.blob/box/a")).Body);
            Assert.Equal(HttpStatusCode.Accepted, (await client.BlobAsync("DELETE", "/kept.blob/box?restype=container")).Status);
        }

        Assert.NotEmpty(Contents());
        clock.Now += TimeSpan.FromDays(8);
        await SweepAsync();

        // What a transaction at the same moment might still read is taken away by a later round.
        clock.Now += TimeSpan.FromMinutes(5);
        await SweepAsync();
        using (var client = await ClientAsync())
        {
            Assert.Equal("ContainerNotFound", (await RestoreAsync(client, "blob/box?restype=container", "container", "box", version)).Code);
        }

        Assert.Empty(Contents());
    }

    [Fact]
    public async Task A_deleted_share_comes_back_with_its_files_within_the_days_and_is_gone_afterwards()
    {
        await PutAsync("fileServices", new { shareDeleteRetentionPolicy = new { enabled = true, days = 3 } });
        string version;
        using (var client = await ClientAsync())
        {
            Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/kept.file/box?restype=share")).Status);
            Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/kept.file/box/a", null, ("x-ms-type", "file"), ("x-ms-content-length", "5"))).Status);
            Assert.Equal(HttpStatusCode.Accepted, (await client.BlobAsync("DELETE", "/kept.file/box?restype=share")).Status);
            Assert.Equal("ShareNotFound", (await client.BlobAsync("GET", "/kept.file/box/a")).Code);
            version = (string)(await DeletedAsync(client, "file", "Share")).Element("Version")!;
        }

        clock.Now += TimeSpan.FromDays(2);
        await SweepAsync();
        using (var client = await ClientAsync())
        {
            Assert.Equal(HttpStatusCode.Created, (await RestoreAsync(client, "file/box?restype=share", "share", "box", version)).Status);
            Assert.Equal(5, (await client.BlobAsync("GET", "/kept.file/box/a")).Body.Length);
            Assert.Equal(HttpStatusCode.Accepted, (await client.BlobAsync("DELETE", "/kept.file/box?restype=share")).Status);
        }

        Assert.NotEmpty(Shares());
        clock.Now += TimeSpan.FromDays(4);
        await SweepAsync();
        using (var client = await ClientAsync())
        {
            Assert.Equal("ShareNotFound", (await RestoreAsync(client, "file/box?restype=share", "share", "box", version)).Code);
        }

        Assert.Empty(Shares());
    }

    [Fact]
    public async Task Without_a_policy_nothing_comes_back()
    {
        using var client = await ClientAsync();
        await client.BlobAsync("PUT", "/kept.blob/box?restype=container");
        await client.BlobAsync("DELETE", "/kept.blob/box?restype=container");
        await client.BlobAsync("PUT", "/kept.file/box?restype=share");
        await client.BlobAsync("DELETE", "/kept.file/box?restype=share");
        Assert.DoesNotContain("<Deleted>", (await client.BlobAsync("GET", "/kept.blob?comp=list&include=deleted")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<Deleted>", (await client.BlobAsync("GET", "/kept.file?comp=list&include=deleted")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_one_whichever_API_sets_it_and_what_is_not_sent_stays()
    {
        using var owner = await hub.OwnerAsync();
        var service = $"{account}/blobServices/default{V}";
        Assert.False((bool)(await owner.CallAsync("GET", service)).Body["properties"]!["containerDeleteRetentionPolicy"]!["enabled"]!);
        await PutAsync("blobServices", new { deleteRetentionPolicy = new { enabled = true, days = 9 }, containerDeleteRetentionPolicy = new { enabled = true, days = 4 } });
        using var client = await ClientAsync();
        var shown = (await client.BlobAsync("GET", "/kept.blob?restype=service&comp=properties")).Xml;
        Assert.Equal("9", (string)shown.Element("DeleteRetentionPolicy")!.Element("Days")!);
        var set = await client.BlobAsync(
            "PUT", "/kept.blob?restype=service&comp=properties", "<StorageServiceProperties><DeleteRetentionPolicy><Enabled>true</Enabled><Days>2</Days></DeleteRetentionPolicy></StorageServiceProperties>");
        Assert.Equal(HttpStatusCode.Accepted, set.Status);
        await PutAsync("blobServices", new { containerDeleteRetentionPolicy = new { enabled = false } });
        var after = (await owner.CallAsync("GET", service)).Body["properties"]!;
        Assert.Equal((2, false), ((int)after["deleteRetentionPolicy"]!["days"]!, (bool)after["containerDeleteRetentionPolicy"]!["enabled"]!));
        shown = (await client.BlobAsync("GET", "/kept.blob?restype=service&comp=properties")).Xml;
        Assert.Equal("2", (string)shown.Element("DeleteRetentionPolicy")!.Element("Days")!);
        Assert.Equal("default", (string)Assert.Single((await owner.CallAsync("GET", $"{account}/blobServices{V}")).Body["value"]!.AsArray())!["name"]!);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_field()
    {
        using var owner = await hub.OwnerAsync();
        foreach (var days in (int?[])[0, 366, null])
        {
            var refused = await owner.CallAsync("PUT", $"{account}/blobServices/default{V}", new { properties = new { deleteRetentionPolicy = new { enabled = true, days } } });
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains("properties.deleteRetentionPolicy.days", refused.Body.ToJsonString(), StringComparison.Ordinal);
        }

        foreach (var properties in (object[])[new { isVersioningEnabled = true }, new { changeFeed = new { enabled = true } }, new { cors = new { corsRules = new[] { new { allowedOrigins = new[] { "*" } } } } }])
        {
            Assert.Equal(HttpStatusCode.NotImplemented, (await owner.CallAsync("PUT", $"{account}/blobServices/default{V}", new { properties })).Status);
        }

        var whole = (await owner.CallAsync("GET", $"{account}/blobServices/default{V}")).Body;
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("PUT", $"{account}/blobServices/default{V}", whole)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.CallAsync("GET", $"{account}/blobServices/other{V}")).Status);
        using var nobody = await hub.ClientForAsync(roles: []);
        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.CallAsync("GET", $"{account}/blobServices/default{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.CallAsync("PUT", $"{account}/blobServices/default{V}", whole)).Status);
    }

    [Fact]
    public async Task An_account_that_was_deleted_leaves_nothing_behind_and_others_all()
    {
        var (other, second) = await NewStorage.MakeAsync(hub, "stays");
        second.Dispose();
        using var client = await ClientAsync(other);
        foreach (var name in (string[])["kept", "stays"])
        {
            await client.BlobAsync("PUT", $"/{name}.blob/box?restype=container");
            Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync($"/{name}.blob/box/large", Content)).Status);
            Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync($"/{name}.blob/box/small", "few")).Status);
            await client.BlobAsync("PUT", $"/{name}.file/share?restype=share");
            Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", $"/{name}.file/share/a", null, ("x-ms-type", "file"), ("x-ms-content-length", "5"))).Status);
        }

        Assert.Equal((2, 2, 2), (Contents().Count, Shares().Count, (await AccountsAsync()).Count));
        using var owner = await hub.OwnerAsync();
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("DELETE", account + V)).Status);
        await SweepAsync();
        Assert.Equal((1, 1, 1), (Contents().Count, Shares().Count, (await AccountsAsync()).Count));
        Assert.Equal(Content, (await client.BlobAsync("GET", "/stays.blob/box/large")).Body);

        clock.Now += TimeSpan.FromDays(2);
        await SweepAsync();
        Assert.Empty(await hub.Services.GetRequiredService<IAtriumStore>().ListAsync(new() { Type = "atrium.internal/storagepurges", Take = 10 }, Cancel));
    }

    private async Task PutAsync(string service, object properties)
    {
        using var owner = await hub.OwnerAsync();
        var answer = await owner.CallAsync("PUT", $"{account}/{service}/default{V}", new { properties });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    /// <summary>Tokens end as the clock goes on.</summary>
    private async Task<HttpClient> ClientAsync(string? also = null)
    {
        string[] accounts = also is null ? [account] : [account, also];
        var client = await hub.ClientForAsync(HubClients.Storage, [.. accounts.SelectMany(a => ((string, string)[])[(BlobOwner, a), (FileContributor, a), (Owner, a)])]);
        client.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        return client;
    }

    private static async Task<XElement> DeletedAsync(HttpClient client, string service, string element) =>
        Assert.Single((await client.BlobAsync("GET", $"/kept.{service}?comp=list&include=deleted")).Xml.Descendants(element), found => (string?)found.Element("Deleted") == "true");

    private static Task<BlobAnswer> RestoreAsync(HttpClient client, string path, string kind, string name, string version) =>
        client.BlobAsync("PUT", $"/kept.{path}&comp=undelete", null, ($"x-ms-deleted-{kind}-name", name), ($"x-ms-deleted-{kind}-version", version));

    private Task SweepAsync() => hub.Services.GetServices<IHostedService>().OfType<StorageSweep>().Single().RunAsync(isWhole: true, Cancel);

    private Task<IReadOnlyList<Guid>> AccountsAsync() => hub.Services.GetRequiredService<BlobSweep>().AccountsAsync(Cancel);

    private List<string> Contents() => FilesIn(Path.Combine(hub.Data, "storage", "contents"));

    private List<string> Shares() => FilesIn(Path.Combine(hub.Data, "storage", "shares"));

    private static List<string> FilesIn(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)] : [];
}
