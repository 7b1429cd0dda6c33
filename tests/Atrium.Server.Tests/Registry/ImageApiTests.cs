using System.Security.Cryptography;
using System.Text;
using Atrium.Server.Registry;
using Atrium.Server.Registry.Images;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Registry;

/// <summary>The distribution API (OCI distribution spec 1.1): push, pull, discovery, management.</summary>
public sealed class ImageApiTests : IAsyncLifetime
{
    private const string Repository = "teamregistry/apps/web";
    private RegistryScene scene = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        scene = await RegistryScene.MakeAsync();
        client = await scene.PusherAsync(Repository, "teamregistry/apps/other");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await scene.DisposeAsync();
    }

    [Fact]
    public async Task What_was_pushed_is_pulled_byte_by_byte()
    {
        var layer = RandomNumberGenerator.GetBytes(300_000);
        var digest = await RegistryScene.PushBlobAsync(client, Repository, layer);
        Assert.Equal(layer, await client.GetByteArrayAsync(new Uri($"/v2/{Repository}/blobs/{digest}", UriKind.Relative), Cancel));
        using var range = await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository}/blobs/{digest}", headers: ("Range", "bytes=100-199"));
        Assert.Equal((206, 100), ((int)range.StatusCode, (int)range.Content.Headers.ContentLength!));
        Assert.Equal(layer[100..200], await range.Content.ReadAsByteArrayAsync(Cancel));
        using var head = await RegistryScene.SendAsync(client, "HEAD", $"/v2/{Repository}/blobs/{digest}");
        Assert.Equal((200, layer.Length, digest), ((int)head.StatusCode, (int)head.Content.Headers.ContentLength!, head.Headers.GetValues("Docker-Content-Digest").Single()));

        var config = await RegistryScene.PushBlobAsync(client, Repository, "{}"u8.ToArray());
        var manifest = RegistryScene.Manifest(config, [digest]);
        using var put = await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/v1", manifest, RegistryScene.OciManifest);
        Assert.Equal((201, $"/v2/{Repository}/manifests/{RegistryScene.DigestOf(manifest)}"), ((int)put.StatusCode, put.Headers.Location!.ToString()));
        foreach (var reference in (string[])["v1", RegistryScene.DigestOf(manifest)])
        {
            using var got = await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository}/manifests/{reference}");
            Assert.Equal(RegistryScene.OciManifest, got.Content.Headers.ContentType!.ToString());
            Assert.Equal(manifest, await got.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_blob_comes_in_chunks_that_follow_one_another_and_no_others()
    {
        using var begin = await client.PostAsync(new Uri($"/v2/{Repository}/blobs/uploads/", UriKind.Relative), null, Cancel);
        var place = begin.Headers.Location!.ToString();
        using var first = await RegistryScene.SendAsync(client, "PATCH", place, "hello "u8.ToArray(), "application/octet-stream", ("Content-Range", "0-5"));
        Assert.Equal((202, "0-5"), ((int)first.StatusCode, first.Headers.GetValues("Range").Single()));
        using var wrong = await RegistryScene.SendAsync(client, "PATCH", place, "again"u8.ToArray(), "application/octet-stream", ("Content-Range", "0-4"));
        Assert.Equal((416, "0-5"), ((int)wrong.StatusCode, wrong.Headers.GetValues("Range").Single()));
        using var status = await RegistryScene.SendAsync(client, "GET", place);
        Assert.Equal((204, "0-5"), ((int)status.StatusCode, status.Headers.GetValues("Range").Single()));
        using var elsewhere = await RegistryScene.SendAsync(client, "GET", place.Replace("apps/web", "apps/other", StringComparison.Ordinal));
        Assert.Equal(404, (int)elsewhere.StatusCode);
        using var second = await RegistryScene.SendAsync(client, "PATCH", place, "world"u8.ToArray(), "application/octet-stream");
        Assert.Equal("0-10", second.Headers.GetValues("Range").Single());
        var digest = RegistryScene.DigestOf("hello world!"u8.ToArray());
        using var end = await RegistryScene.SendAsync(client, "PUT", $"{place}?digest={digest}", "!"u8.ToArray(), "application/octet-stream");
        Assert.Equal((201, $"/v2/{Repository}/blobs/{digest}"), ((int)end.StatusCode, end.Headers.Location!.ToString()));
        Assert.Equal("hello world!", await client.GetStringAsync(end.Headers.Location, Cancel));
    }

    [Fact]
    public async Task What_does_not_have_its_digest_never_shows()
    {
        var digest = RegistryScene.DigestOf("right"u8.ToArray());
        using var begin = await client.PostAsync(new Uri($"/v2/{Repository}/blobs/uploads/", UriKind.Relative), null, Cancel);
        var refused = await Answer.ReadAsync(await RegistryScene.SendAsync(client, "PUT", $"{begin.Headers.Location}?digest={digest}", "wrong"u8.ToArray(), "application/octet-stream"));
        Assert.Equal((400, "DIGEST_INVALID"), ((int)refused.Status, Code(refused)));
        Assert.Equal("BLOB_UNKNOWN", Code(await client.CallAsync("GET", $"/v2/{Repository}/blobs/{digest}")));
        using var whole = await RegistryScene.SendAsync(client, "POST", $"/v2/{Repository}/blobs/uploads/?digest={digest}", "right"u8.ToArray(), "application/octet-stream");
        Assert.Equal(201, (int)whole.StatusCode);
        Assert.Equal("right", await client.GetStringAsync(new Uri($"/v2/{Repository}/blobs/{digest}", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_cancelled_upload_is_gone()
    {
        using var begin = await client.PostAsync(new Uri($"/v2/{Repository}/blobs/uploads/", UriKind.Relative), null, Cancel);
        using var cancelled = await RegistryScene.SendAsync(client, "DELETE", begin.Headers.Location!.ToString());
        Assert.Equal(204, (int)cancelled.StatusCode);
        using var status = await RegistryScene.SendAsync(client, "GET", begin.Headers.Location.ToString());
        Assert.Equal(404, (int)status.StatusCode);
    }

    [Fact]
    public async Task A_blob_is_taken_over_from_another_repository_and_only_when_that_one_has_it()
    {
        var digest = await RegistryScene.PushBlobAsync(client, Repository, "shared"u8.ToArray());
        using var taken = await RegistryScene.SendAsync(client, "POST", $"/v2/teamregistry/apps/other/blobs/uploads/?mount={digest}&from={Repository}");
        Assert.Equal((201, $"/v2/teamregistry/apps/other/blobs/{digest}"), ((int)taken.StatusCode, taken.Headers.Location!.ToString()));
        Assert.Equal("shared", await client.GetStringAsync(taken.Headers.Location, Cancel));
        using var unknown = await RegistryScene.SendAsync(client, "POST", $"/v2/teamregistry/apps/other/blobs/uploads/?mount={RegistryScene.DigestOf("no"u8.ToArray())}&from={Repository}");
        Assert.Equal(202, (int)unknown.StatusCode);
    }

    [Theory]
    [InlineData("not json", "MANIFEST_INVALID")]
    [InlineData("[]", "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":1}""", "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}""", "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:zz"},"layers":[]}""", "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}""", "MANIFEST_BLOB_UNKNOWN")]
    public async Task A_manifest_that_is_none_or_names_what_is_not_there_is_refused(string manifest, string code)
    {
        var refused = await Answer.ReadAsync(await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/bad", Encoding.UTF8.GetBytes(manifest), RegistryScene.OciManifest));
        Assert.Equal((400, code), ((int)refused.Status, Code(refused)));
        Assert.Equal(404, (int)(await client.CallAsync("GET", $"/v2/{Repository}/tags/list")).Status);
    }

    [Fact]
    public async Task Tags_come_in_the_order_of_bytes_page_by_page()
    {
        string[] tags = ["1.0", "RC1", "Z", "_x", "a", "latest", "rc1"];
        foreach (var tag in tags)
        {
            await RegistryScene.PushImageAsync(client, Repository, tag, "same");
        }

        var all = (await client.CallAsync("GET", $"/v2/{Repository}/tags/list")).Body;
        Assert.Equal((Repository, string.Join(',', tags.Order(StringComparer.Ordinal))), ((string?)all["name"], string.Join(',', all["tags"]!.AsArray().Select(t => (string?)t))));
        var seen = new List<string>();
        for (var next = $"/v2/{Repository}/tags/list?n=3"; next is not null;)
        {
            var page = await client.CallAsync("GET", next);
            seen.AddRange(page.Body["tags"]!.AsArray().Select(t => (string)t!));
            next = page.Message.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(tags.Order(StringComparer.Ordinal), seen);
        Assert.Empty((await client.CallAsync("GET", $"/v2/{Repository}/tags/list?n=0")).Body["tags"]!.AsArray());
        Assert.Equal("PAGINATION_NUMBER_INVALID", Code(await client.CallAsync("GET", $"/v2/{Repository}/tags/list?n=x")));
    }

    [Fact]
    public async Task A_tag_moves_and_goes_and_a_manifest_goes_with_its_tags()
    {
        var one = await RegistryScene.PushImageAsync(client, Repository, "latest", "one");
        var two = await RegistryScene.PushImageAsync(client, Repository, "latest", "two");
        await RegistryScene.PushImageAsync(client, Repository, "two", "two");
        await RegistryScene.PushImageAsync(client, Repository, "one", "one");
        Assert.Equal(two, (await RegistryScene.SendAsync(client, "HEAD", $"/v2/{Repository}/manifests/latest")).Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(202, (int)(await client.CallAsync("DELETE", $"/v2/{Repository}/manifests/latest")).Status);
        Assert.Equal("MANIFEST_UNKNOWN", Code(await client.CallAsync("GET", $"/v2/{Repository}/manifests/latest")));
        Assert.Equal(200, (int)(await client.CallAsync("GET", $"/v2/{Repository}/manifests/{two}")).Status);
        Assert.Equal(202, (int)(await client.CallAsync("DELETE", $"/v2/{Repository}/manifests/{two}")).Status);
        var left = (await client.CallAsync("GET", $"/v2/{Repository}/tags/list")).Body["tags"]!.AsArray();
        Assert.Equal(["one"], left.Select(t => (string?)t));
        Assert.Equal(200, (int)(await client.CallAsync("GET", $"/v2/{Repository}/manifests/{one}")).Status);
        Assert.Equal(404, (int)(await client.CallAsync("DELETE", $"/v2/{Repository}/manifests/{two}")).Status);
    }

    [Fact]
    public async Task Referrers_name_what_is_about_a_manifest()
    {
        var image = await RegistryScene.PushImageAsync(client, Repository, "v1", "one");
        var empty = await RegistryScene.PushBlobAsync(client, Repository, "{}"u8.ToArray());
        foreach (var kind in (string[])["application/sbom", "application/signature"])
        {
            var about = RegistryScene.Manifest(empty, [], image, kind);
            using var put = await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/{RegistryScene.DigestOf(about)}", about, RegistryScene.OciManifest);
            Assert.Equal((201, image), ((int)put.StatusCode, put.Headers.GetValues("OCI-Subject").Single()));
        }

        var all = await client.CallAsync("GET", $"/v2/{Repository}/referrers/{image}");
        Assert.Equal(("application/vnd.oci.image.index.v1+json", 2), (all.Message.Content.Headers.ContentType!.ToString(), all.Body["manifests"]!.AsArray().Count));
        var some = await client.CallAsync("GET", $"/v2/{Repository}/referrers/{image}?artifactType=application/sbom");
        Assert.Equal(("application/sbom", "artifactType"), ((string?)some.Body["manifests"]!.AsArray().Single()!["artifactType"], some.Message.Headers.GetValues("OCI-Filters-Applied").Single()));
        Assert.Empty((await client.CallAsync("GET", $"/v2/{Repository}/referrers/{empty}")).Body["manifests"]!.AsArray());
    }

    [Fact]
    public async Task Properties_are_shown_and_lock_what_they_say()
    {
        var digest = await RegistryScene.PushImageAsync(client, Repository, "v1", "one");
        var app = await scene.NewAppAsync((RegistryScene.AcrPush, scene.RegistryId), (RegistryScene.AcrDelete, scene.RegistryId));
        using var reader = await scene.ClientAsync(app, $"repository:{Repository}:pull,push,delete,metadata_read,metadata_write");
        var shown = (await reader.CallAsync("GET", $"/acr/v1/{Repository}")).Body;
        Assert.Equal(("teamregistry", 1, 1), ((string?)shown["registry"], (int)shown["manifestCount"]!, (int)shown["tagCount"]!));
        Assert.Equal(digest, (string?)(await reader.CallAsync("GET", $"/acr/v1/{Repository}/_tags/v1")).Body["tag"]!["digest"]);
        Assert.Equal(["v1"], (await reader.CallAsync("GET", $"/acr/v1/{Repository}/_manifests")).Body["manifests"]![0]!["tags"]!.AsArray().Select(t => (string?)t));

        var locked = await reader.CallAsync("PATCH", $"/acr/v1/{Repository}/_tags/v1", new { writeEnabled = false, deleteEnabled = false });
        Assert.False((bool)locked.Body["tag"]!["changeableAttributes"]!["writeEnabled"]!);
        var layer = await RegistryScene.PushBlobAsync(client, Repository, "two"u8.ToArray());
        using var moved = await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/v1", RegistryScene.Manifest(layer, []), RegistryScene.OciManifest);
        Assert.Equal(405, (int)moved.StatusCode);
        Assert.Equal(405, (int)(await reader.CallAsync("DELETE", $"/v2/{Repository}/manifests/v1")).Status);
        Assert.Equal(405, (int)(await reader.CallAsync("DELETE", $"/v2/{Repository}/manifests/{digest}")).Status);
        await reader.CallAsync("PATCH", $"/acr/v1/{Repository}/_tags/v1", new { writeEnabled = true, deleteEnabled = true });
        var gone = await reader.CallAsync("DELETE", $"/acr/v1/{Repository}");
        Assert.Equal((202, "v1"), ((int)gone.Status, (string?)gone.Body["tagsDeleted"]![0]));
        Assert.Equal("NAME_UNKNOWN", Code(await reader.CallAsync("GET", $"/acr/v1/{Repository}")));
    }

    [Fact]
    public async Task Nothing_that_a_manifest_names_is_collected_and_everything_else_is_in_its_time()
    {
        var kept = await RegistryScene.PushImageAsync(client, Repository, "v1", "kept");
        var gone = await RegistryScene.PushImageAsync(client, Repository, "v2", "gone");
        await RegistryScene.PushBlobAsync(client, Repository, "lonely"u8.ToArray());
        await client.CallAsync("DELETE", $"/v2/{Repository}/manifests/{gone}");
        var later = await scene.NewAppAsync((RegistryScene.AcrPull, scene.RegistryId));
        var sweep = scene.Hub.Services.GetRequiredService<ImageSweep>();
        await sweep.SweepAsync(Cancel);
        Assert.Equal(6, Files());
        scene.Clock.Now += TimeSpan.FromHours(25);
        await sweep.SweepAsync(Cancel);

        // The manifest, its config and its layer.
        Assert.Equal(3, Files());
        using var fresh = await scene.ClientAsync(later, $"repository:{Repository}:pull");
        var manifest = (await fresh.CallAsync("GET", $"/v2/{Repository}/manifests/{kept}")).Body;
        foreach (var named in manifest["layers"]!.AsArray().Append(manifest["config"]))
        {
            Assert.Equal(200, (int)(await RegistryScene.SendAsync(fresh, "GET", $"/v2/{Repository}/blobs/{named!["digest"]}")).StatusCode);
        }

        Assert.Equal("BLOB_UNKNOWN", Code(await fresh.CallAsync("GET", $"/v2/{Repository}/blobs/{RegistryScene.DigestOf("lonely"u8.ToArray())}")));
    }

    [Fact]
    public async Task Collecting_while_others_push_leaves_every_accepted_image_whole()
    {
        var sweep = scene.Hub.Services.GetRequiredService<ImageSweep>();
        var registry = (await scene.Hub.Services.GetRequiredService<RegistryDirectory>().ReadAsync(Cancel)).Registries["teamregistry"];
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    // Whatever no manifest names is old enough at every moment.
                    await sweep.CollectAsync(registry, DateTimeOffset.MaxValue, Cancel);
                }
            },
            Cancel);
        var accepted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (i, _) =>
        {
            if (await PushAsync($"v{i}", i % 4))
            {
                Interlocked.Increment(ref accepted);
            }

            // Manifests go too, so that contents come and go all the time.
            await RegistryScene.SendAsync(client, "DELETE", $"/v2/{Repository}/manifests/v{i - 20}");
        });
        await stop.CancelAsync();
        await sweeping;
        await sweep.CollectAsync(registry, DateTimeOffset.MaxValue, Cancel);

        Assert.NotEqual(0, accepted);
        await foreach (var kept in scene.Hub.Services.GetRequiredService<ImageStore>().ManifestsAsync(new(registry, Name(), null), Cancel))
        {
            foreach (var named in kept.Value.Blobs)
            {
                Assert.Equal(200, (int)(await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository}/blobs/{named}")).StatusCode);
            }
        }
    }

    /// <summary>Few contents over all tags, so that pushes find them there, or gone. A blob that goes before its manifest comes is a refusal.</summary>
    private async Task<bool> PushAsync(string tag, int content)
    {
        var blobs = new[] { Encoding.UTF8.GetBytes("config"), Encoding.UTF8.GetBytes($"layer {content}") };
        foreach (var blob in blobs)
        {
            using var pushed = await RegistryScene.SendAsync(client, "POST", $"/v2/{Repository}/blobs/uploads/?digest={RegistryScene.DigestOf(blob)}", blob, "application/octet-stream");
            Assert.True((int)pushed.StatusCode == 201, await pushed.Content.ReadAsStringAsync(Cancel));
        }

        using var put = await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/{tag}", RegistryScene.Manifest(RegistryScene.DigestOf(blobs[0]), [RegistryScene.DigestOf(blobs[1])]), RegistryScene.OciManifest);
        Assert.Contains((int)put.StatusCode, (int[])[201, 400]);
        return (int)put.StatusCode == 201;
    }

    private static RepositoryName Name() => RepositoryName.TryParse("apps/web", out var name) ? name : throw new InvalidOperationException();

    private int Files() => Directory.EnumerateFiles(Path.Combine(scene.Hub.Data, "registry", "contents"), "*", SearchOption.AllDirectories).Count();

    private static string? Code(Answer answer) => (string?)answer.Body["errors"]?[0]?["code"];
}
