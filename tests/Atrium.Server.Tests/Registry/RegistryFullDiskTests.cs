using System.Net;
using System.Security.Cryptography;
using System.Text;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Registry;

/// <summary>A registry whose disk is full, a real one: what does not fit is refused and never shows, what was acknowledged stays, and with room again all goes on.</summary>
public sealed class RegistryFullDiskTests
{
    private const string Repository = "teamregistry/apps/full";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Images_that_do_not_fit_are_refused_and_what_was_acknowledged_stays_whole(string encrypted)
    {
        using var disk = SmallDisk.Mount(megabytes: 40);
        var data = Path.Combine(disk.Path, "data");
        Directory.CreateDirectory(data);
        await using var scene = await RegistryScene.MakeAsync(data, "--Encryption:Artifacts", encrypted);
        using var client = await scene.PusherAsync(Repository);
        disk.Fill(leavingBytes: 12_000_000);

        var kept = new List<string>();
        HttpResponseMessage refused;
        do
        {
            refused = await PushAsync(client, $"v{kept.Count}");
            if (refused.StatusCode == HttpStatusCode.Created)
            {
                kept.Add($"v{kept.Count}");
            }
        }
        while (refused.StatusCode == HttpStatusCode.Created && kept.Count < 100);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("UNAVAILABLE", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.InRange(kept.Count, 1, 20);
        Assert.Equal(HttpStatusCode.NotFound, (await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository}/manifests/v{kept.Count}")).StatusCode);

        disk.GiveRoom();
        using var again = await PushAsync(client, $"v{kept.Count}");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        foreach (var tag in kept.Append($"v{kept.Count}"))
        {
            var manifest = (await client.CallAsync("GET", $"/v2/{Repository}/manifests/{tag}")).Body;
            foreach (var named in manifest["layers"]!.AsArray().Append(manifest["config"]))
            {
                using var blob = await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository}/blobs/{named!["digest"]}");
                Assert.Equal((string)named["digest"]!, RegistryScene.DigestOf(await blob.Content.ReadAsByteArrayAsync(Cancel)));
            }
        }
    }

    /// <summary>The answer to the manifest, or to what did not fit before it.</summary>
    private static async Task<HttpResponseMessage> PushAsync(HttpClient client, string tag)
    {
        var digests = new List<string>();
        foreach (var content in (byte[][])[Encoding.UTF8.GetBytes($"config {tag}"), RandomNumberGenerator.GetBytes(1_000_000)])
        {
            var digest = RegistryScene.DigestOf(content);
            var sent = await RegistryScene.SendAsync(client, "POST", $"/v2/{Repository}/blobs/uploads/?digest={digest}", content, "application/octet-stream");
            if (sent.StatusCode != HttpStatusCode.Created)
            {
                return sent;
            }

            digests.Add(digest);
        }

        return await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository}/manifests/{tag}", RegistryScene.Manifest(digests[0], [digests[1]]), RegistryScene.OciManifest);
    }
}
