using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Atrium.Clients.Tests;

/// <summary>Debian's <c>skopeo</c> against the registry of the first hub and the images of its project.</summary>
public sealed class SkopeoTests(Hub hub)
{
    private static readonly string? Missing = FindMissing();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Host => new Uri(hub["registryEndpoint"]).Authority;

    [Fact]
    public async Task An_image_is_pushed_pulled_listed_and_deleted_unchanged()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var source = ImageLayout.Make("layer of the registry", 3_000_000);
        foreach (var repository in (string[])[$"{hub["registryLoginServer"]}/apps/web", $"{Host}/{await WorkspaceIdAsync()}/web"])
        {
            await RunAsync("copy", $"oci:{source}:v1", $"docker://{repository}:v1", "--dest-creds", Credentials, "--dest-cert-dir", CertificateFolder());
            var target = Directory.CreateTempSubdirectory("atrium-oci-").FullName;
            await RunAsync("copy", $"docker://{repository}:v1", $"oci:{target}:v1", "--src-creds", Credentials, "--src-cert-dir", CertificateFolder());
            Assert.Equal(ImageLayout.Blobs(source), ImageLayout.Blobs(target));

            // Again: everything is there, and a second tag names the same manifest.
            await RunAsync("copy", $"docker://{repository}:v1", $"docker://{repository}:v2", "--src-creds", Credentials, "--dest-creds", Credentials, "--src-cert-dir", CertificateFolder(), "--dest-cert-dir", CertificateFolder());
            using var tags = JsonDocument.Parse(await RunAsync("list-tags", $"docker://{repository}", "--creds", Credentials, "--cert-dir", CertificateFolder()));
            Assert.Equal(["v1", "v2"], tags.RootElement.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()));
            using var seen = JsonDocument.Parse(await RunAsync("inspect", $"docker://{repository}:v2", "--creds", Credentials, "--cert-dir", CertificateFolder()));
            Assert.Equal(ImageLayout.ManifestDigest(source), seen.RootElement.GetProperty("Digest").GetString());
            await RunAsync("delete", $"docker://{repository}:v1", "--creds", Credentials, "--cert-dir", CertificateFolder());
            await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("inspect", $"docker://{repository}:v2", "--creds", Credentials, "--cert-dir", CertificateFolder()));
        }
    }

    [Fact]
    public async Task Two_pushes_at_once_of_images_with_the_same_layer_both_arrive()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var sources = Enumerable.Range(0, 4).Select(i => ImageLayout.Make("same layer", 1_000_000, $"config {i}")).ToArray();
        var repository = $"{hub["registryLoginServer"]}/apps/parallel";
        await Task.WhenAll(sources.Select((source, i) => RunAsync("copy", $"oci:{source}:v1", $"docker://{repository}:v{i}", "--dest-creds", Credentials, "--dest-cert-dir", CertificateFolder())));
        foreach (var (i, source) in sources.Index())
        {
            var target = Directory.CreateTempSubdirectory("atrium-oci-").FullName;
            await RunAsync("copy", $"docker://{repository}:v{i}", $"oci:{target}:v1", "--src-creds", Credentials, "--src-cert-dir", CertificateFolder());
            Assert.Equal(ImageLayout.Blobs(source), ImageLayout.Blobs(target));
        }
    }

    [Fact]
    public async Task A_wrong_secret_is_refused()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunAsync("list-tags", $"docker://{hub["registryLoginServer"]}/apps/web", "--creds", $"{hub["clientId"]}:wrong", "--cert-dir", CertificateFolder()));
        Assert.Contains("unauthorized", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    private string Credentials => $"{hub["clientId"]}:{hub["clientSecret"]}";

    private async Task<string> WorkspaceIdAsync()
    {
        var project = (await hub.Arm.GetGenericResource(hub.Workspace(hub["project"])).GetAsync(Cancel)).Value;
        return JsonDocument.Parse(project.Data.Properties).RootElement.GetProperty("workspaceId").GetString()!;
    }

    /// <summary>The tool takes authorities from a folder, as files that end with .crt.</summary>
    private string CertificateFolder()
    {
        var folder = Directory.CreateTempSubdirectory("atrium-certs-").FullName;
        File.Copy(hub["caFile"], Path.Combine(folder, "ca.crt"));
        return folder;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("skopeo", ["--insecure-policy", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"skopeo {arguments[0]} ended with {process.ExitCode}: {await error}");
    }

    private static string? FindMissing() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "skopeo"))) ? null : "skopeo is not installed.";

    /// <summary>Images as folders (OCI image layout 1.0).</summary>
    private static class ImageLayout
    {
        public static string Make(string seed, int bytes, string config = "config")
        {
            var folder = Directory.CreateTempSubdirectory("atrium-oci-").FullName;
            Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
            var content = new byte[bytes];
            for (var i = 0; i < content.Length; i++)
            {
                content[i] = (byte)(seed[i % seed.Length] + (i >> 9));
            }

            // Compressed already: the tool compresses what is not.
            var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
            {
                gzip.Write(content);
            }

            var layer = Add(folder, packed.ToArray());
            var image = Add(folder, JsonSerializer.SerializeToUtf8Bytes(new
            {
                architecture = "amd64", os = "linux", config = new { Labels = new { note = config } }, rootfs = new { type = "layers", diff_ids = new[] { $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}" } },
            }));
            var manifest = JsonSerializer.SerializeToUtf8Bytes(new
            {
                schemaVersion = 2,
                mediaType = "application/vnd.oci.image.manifest.v1+json",
                config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = $"sha256:{image}", size = Size(folder, image) },
                layers = new[] { new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", digest = $"sha256:{layer}", size = packed.Length } },
            });
            File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
            File.WriteAllText(Path.Combine(folder, "index.json"), JsonSerializer.Serialize(new
            {
                schemaVersion = 2,
                manifests = new[]
                {
                    new
                    {
                        mediaType = "application/vnd.oci.image.manifest.v1+json", digest = $"sha256:{Add(folder, manifest)}", size = manifest.Length,
                        annotations = new Dictionary<string, string> { ["org.opencontainers.image.ref.name"] = "v1" },
                    },
                },
            }));
            return folder;
        }

        public static Dictionary<string, int> Blobs(string folder) =>
            Directory.GetFiles(Path.Combine(folder, "blobs", "sha256")).ToDictionary(path => Path.GetFileName(path), path => (int)new FileInfo(path).Length);

        public static string ManifestDigest(string folder)
        {
            using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "index.json")));
            return index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
        }

        private static string Add(string folder, byte[] content)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(content));
            File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", hash), content);
            return hash;
        }

        private static long Size(string folder, string hash) => new FileInfo(Path.Combine(folder, "blobs", "sha256", hash)).Length;
    }
}
