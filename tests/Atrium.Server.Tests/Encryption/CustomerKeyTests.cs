using System.Net;
using System.Text;
using Atrium.Persistence;
using Atrium.Server.Encryption;
using Atrium.Server.Hosting;
using Atrium.Server.Tests.Storage;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Hubs whose key a customer's key wraps.</summary>
public sealed class CustomerKeyTests : IAsyncLifetime
{
    private const string Mark = "these words are nobody's but the project's";
    private static readonly byte[] Small = Encoding.UTF8.GetBytes("small: " + Mark);
    private static readonly byte[] Large = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("large: " + Mark + "; ", 10_000)));
    private EncryptionScene scene = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await EncryptionScene.MakeAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task What_its_projects_write_lies_encrypted_and_is_read_as_it_was_written()
    {
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", await scene.NewKeyAsync("k")), "one");
        await scene.WriteAsync(project, "small.txt", Small);
        await scene.WriteAsync(project, "large.txt", Large);
        await ConnectAsync("one", "connection-secret-of-one");
        Assert.False(scene.IsOnDisk(Mark));
        Assert.False(scene.IsOnDisk("connection-secret-of-one"));
        Assert.Equal(Small, await scene.ReadAsync(project, "small.txt"));
        Assert.Equal(Large, await scene.ReadAsync(project, "large.txt"));
        Assert.Equal("connection-secret-of-one", await SecretAsync("one"));

        // In a hub with Atrium's own key, where nobody asked for it, contents lie as they came: so the search above can find something.
        var plain = await scene.NewProjectAsync(await scene.NewHubAsync("plain", key: null), "open");
        await scene.WriteAsync(plain, "large.txt", Large);
        Assert.True(scene.IsOnDisk(Mark));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_of_blobs_say_of_content_whether_it_lies_encrypted_and_never_that_all_of_a_blob_does(bool isEncrypted)
    {
        var hub = await scene.NewHubAsync("team", isEncrypted ? await scene.NewKeyAsync("k") : null);
        var project = await scene.NewProjectAsync(hub, "one");
        var account = (string)(await scene.Owner.CallAsync("GET", hub + EncryptionScene.Ml)).Body["properties"]!["storageAccount"]!;
        using var writer = await scene.Server.ClientForAsync(HubClients.Storage, ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", account));
        var blob = $"/{account.Split('/')[^1]}.blob/{project.WorkspaceId}-blobstore";
        string? Said(BlobAnswer answer) => answer.Header("x-ms-request-server-encrypted");
        Assert.Equal(isEncrypted ? "true" : "false", Said(await writer.PutBlobAsync($"{blob}/a", "content")));
        Assert.Equal(isEncrypted ? "true" : "false", Said(await writer.BlobAsync("PUT", $"{blob}/b?comp=block&blockid=YQ%3D%3D", "content")));
        await writer.BlobAsync("PUT", $"{blob}/c", "", ("x-ms-blob-type", "AppendBlob"));
        Assert.Equal(isEncrypted ? "true" : "false", Said(await writer.BlobAsync("PUT", $"{blob}/c?comp=appendblock", "content")));
        Assert.Equal(isEncrypted ? "true" : "false", Said(await writer.BlobAsync("PUT", $"{blob}/b?comp=blocklist", "<BlockList><Latest>YQ==</Latest></BlockList>")));
        foreach (var (way, header) in new[] { ("", "x-ms-blob-type"), ("?comp=block&blockid=YQ%3D%3D", "x-ms-client-request-id") })
        {
            var copied = await writer.BlobAsync("PUT", $"{blob}/d{way}", "", ("x-ms-copy-source", $"{scene.Server.HttpsAddress().GetLeftPart(UriPartial.Authority)}{blob}/b"), (header, "BlockBlob"));
            Assert.Equal((HttpStatusCode.Created, isEncrypted ? "true" : "false"), (copied.Status, Said(copied)));
        }

        Assert.Equal("false", Said(await writer.BlobAsync("PUT", $"{blob}/a?comp=metadata", null, ("x-ms-meta-m", "v"))));
        var read = await writer.BlobAsync("GET", $"{blob}/a");
        Assert.Equal(("content", "false"), (read.Body, read.Header("x-ms-server-encrypted")));
    }

    [Fact]
    public async Task A_key_that_is_taken_away_stops_reads_and_says_so_until_it_is_back()
    {
        var key = await scene.NewKeyAsync("k");
        var hub = await scene.NewHubAsync("team", key);
        var project = await scene.NewProjectAsync(hub, "one");
        await scene.WriteAsync(project, "a.txt", Large);
        await ConnectAsync("one", "secret");
        await using var reading = await scene.OpenAsync(project, "a.txt");
        await reading.ReadExactlyAsync(new byte[1000], Cancel);

        await scene.EnableAsync(key, enabled: false);
        scene.Clock.Now += HubKey.Relied;
        var refused = await Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(project, "a.txt"));
        Assert.Equal((403, KeyRefusals.Code), (refused.Status, refused.Code));
        Assert.Contains("The key is disabled; enable it.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(KeyRefusals.Code, (await Assert.ThrowsAsync<ApiException>(async () => await reading.CopyToAsync(Stream.Null, Cancel))).Code);
        Assert.Equal(KeyRefusals.Code, (await Assert.ThrowsAsync<ApiException>(() => scene.WriteAsync(project, "b.txt", Small))).Code);
        var secrets = await scene.Owner.CallAsync("POST", $"{scene.WorkspaceId("one")}/connections/server/listsecrets{EncryptionScene.Ml}");
        Assert.Equal((HttpStatusCode.Forbidden, KeyRefusals.Code), (secrets.Status, secrets.ErrorCode));
        Assert.Contains("CustomerManagedKeyUnusable", await DiagnoseAsync("one"), StringComparison.Ordinal);

        await scene.EnableAsync(key, enabled: true);
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Large, await scene.ReadAsync(project, "a.txt"));
        Assert.Equal("secret", await SecretAsync("one"));
        Assert.DoesNotContain("CustomerManagedKeyUnusable", await DiagnoseAsync("one"), StringComparison.Ordinal);
        Assert.Equal(["encryption/stopped", "encryption/resumed"], await ActivityAsync(hub));
    }

    [Fact]
    public async Task The_watch_notices_by_itself()
    {
        var key = await scene.NewKeyAsync("k");
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", key), "one");
        await scene.WriteAsync(project, "a.txt", Large);
        await using var reading = await scene.OpenAsync(project, "a.txt");
        await reading.ReadExactlyAsync(new byte[1000], Cancel);
        await scene.EnableAsync(key, enabled: false);
        scene.Clock.Now += HubKey.Recheck;
        await Assert.Single(scene.Ring.Watched).CheckAsync(Cancel);
        await Assert.ThrowsAsync<ApiException>(async () => await reading.CopyToAsync(Stream.Null, Cancel));
    }

    [Fact]
    public async Task Another_key_or_version_wraps_the_hubs_key_anew_while_everything_is_read()
    {
        var (first, second) = (await scene.NewKeyAsync("k"), await scene.NewKeyAsync("k"));
        var hub = await scene.NewHubAsync("team", first);
        var project = await scene.NewProjectAsync(hub, "one");
        await scene.WriteAsync(project, "a.txt", Large);
        await using var reading = await scene.OpenAsync(project, "a.txt");
        await reading.ReadExactlyAsync(new byte[1000], Cancel);
        foreach (var (next, old) in new[] { (second, first), (await scene.NewKeyAsync("other"), second) })
        {
            var changed = await scene.Owner.CallAsync("PATCH", hub + EncryptionScene.Ml, new { properties = scene.Encrypted(next) });
            if (changed.Status == HttpStatusCode.BadRequest)
            {
                // PATCH has no encryption in this version of the API; PUT has.
                changed = await scene.Owner.CallAsync("PUT", hub + EncryptionScene.Ml, new { location = "local", kind = "hub", properties = scene.Encrypted(next) });
            }

            Assert.True(changed.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, changed.ToString());
            await scene.EnableAsync(old, enabled: false);
            scene.Clock.Now += HubKey.Relied;
            Assert.Equal(Large, await scene.ReadAsync(project, "a.txt"));
        }

        await reading.CopyToAsync(Stream.Null, Cancel);
    }

    [Fact]
    public async Task A_hub_whose_key_names_no_version_follows_the_newest()
    {
        var first = await scene.NewKeyAsync("k");
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", new Uri(new Uri(first), "/vaults/customer/keys/k").AbsoluteUri), "one");
        await scene.WriteAsync(project, "a.txt", Large);
        await scene.NewKeyAsync("k");
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Large, await scene.ReadAsync(project, "a.txt"));
        await scene.EnableAsync(first, enabled: false);
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Large, await scene.ReadAsync(project, "a.txt"));
    }

    [Fact]
    public async Task A_key_that_cannot_encrypt_is_refused_with_its_field_and_nothing_is_made()
    {
        var good = await scene.NewKeyAsync("good");
        var disabled = await scene.NewKeyAsync("disabled");
        await scene.EnableAsync(disabled, enabled: false);
        var curve = await scene.NewKeyAsync("curve", new { kty = "EC", crv = "P-256" });
        foreach (var key in (string[])[disabled, curve, good[..(good.LastIndexOf('/') + 1)] + new string('0', 32), good.Replace("/good/", "/none/", StringComparison.Ordinal)])
        {
            var refused = await scene.Owner.CallAsync("PUT", scene.WorkspaceId("bad") + EncryptionScene.Ml, new { location = "local", kind = "hub", properties = scene.Encrypted(key) });
            Assert.True(refused.Status == HttpStatusCode.BadRequest, $"{key}: {refused}");
            Assert.Equal("properties.encryption.keyVaultProperties.keyIdentifier", (string?)refused.Body["error"]!["target"]);
            Assert.Equal(HttpStatusCode.NotFound, (await scene.Owner.CallAsync("GET", scene.WorkspaceId("bad") + EncryptionScene.Ml)).Status);
        }
    }

    [Fact]
    public async Task A_copy_into_another_project_lies_under_that_ones_key()
    {
        var key = await scene.NewKeyAsync("k");
        var (closed, open) = (await scene.NewProjectAsync(await scene.NewHubAsync("team", key), "one"), await scene.NewProjectAsync(await scene.NewHubAsync("plain", key: null), "two"));
        await scene.WriteAsync(closed, "a.txt", Large);
        await scene.WriteAsync(open, "a.txt", await scene.ReadAsync(closed, "a.txt"));
        await scene.EnableAsync(key, enabled: false);
        scene.Clock.Now += HubKey.Relied;
        await Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(closed, "a.txt"));
        Assert.Equal(Large, await scene.ReadAsync(open, "a.txt"));
    }

    private async Task ConnectAsync(string project, string secret)
    {
        var made = await scene.Owner.CallAsync(
            "PUT", $"{scene.WorkspaceId(project)}/connections/server{EncryptionScene.Ml}", new { properties = new { category = "OpenAI", authType = "ApiKey", target = "https://models.example/v1", credentials = new { key = secret } } });
        Assert.True(made.Status is HttpStatusCode.OK or HttpStatusCode.Created, made.ToString());
    }

    private async Task<string?> SecretAsync(string project)
    {
        var read = await scene.Owner.CallAsync("POST", $"{scene.WorkspaceId(project)}/connections/server/listsecrets{EncryptionScene.Ml}");
        Assert.True(read.Status == HttpStatusCode.OK, read.ToString());
        return (string?)read.Body["properties"]!["credentials"]!["key"];
    }

    private async Task<string> DiagnoseAsync(string project)
    {
        var started = await scene.Owner.CallAsync("POST", $"{scene.WorkspaceId(project)}/diagnose{EncryptionScene.Ml}", new { });
        return (started.Status == HttpStatusCode.Accepted ? await scene.Owner.WaitAsync(started) : started.Body).ToJsonString();
    }

    /// <summary>What the activity log has of the hub's key, oldest first. It is written beside the read that noticed.</summary>
    private async Task<IReadOnlyList<string>> ActivityAsync(string hub)
    {
        return await UntilAsync(ReadAsync, found => found.Length >= 2);

        async Task<string[]> ReadAsync()
        {
            var rows = await scene.Server.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = hub, Take = 100 }, Cancel);
            return [.. rows.Select(row => row.Operation).Where(o => o.Contains("/encryption/", StringComparison.Ordinal)).Select(o => o[(o.IndexOf("/encryption/", StringComparison.Ordinal) + 1)..]).Reverse()];
        }
    }
}
