using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Bench;

/// <summary>Images pushed and pulled, against Debian's docker-registry in the same run: both over HTTPS, by the same caller, four layers at once.</summary>
internal static class RegistryBench
{
    private const string Program = "/usr/bin/docker-registry";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const int Layers = 4;
    private const int Rounds = 3;
    private static readonly (string Name, int LayerBytes, int Images)[] Kinds = [("large (4 layers of 64 MiB)", 64 * 1024 * 1024, 1), ("small (4 layers of 64 KiB)", 64 * 1024, 25)];

    public static async Task RunAsync()
    {
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        using var ours = await OursAsync(hub);
        await using var peer = await DockerRegistry.TryStartAsync();
        if (peer is null)
        {
            Timing.Print($"without docker-registry: {Program} is not there (apt-get install docker-registry)");
        }

        foreach (var (name, bytes, images) in Kinds)
        {
            var (push, pull, otherPush, otherPull) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var made = Enumerable.Range(0, images).Select(_ => Image.Random(bytes)).ToArray();
                var (pushed, pulled) = await TimeAsync(ours, made, $"r{round}");
                var other = peer is null ? (double.NaN, double.NaN) : await TimeAsync(peer.Client, made, $"r{round}");

                // The first one pays for compiling.
                if (round > 0)
                {
                    push.Add(pushed);
                    pull.Add(pulled);
                    otherPush.Add(other.Item1);
                    otherPull.Add(other.Item2);
                }
            }

            Timing.Print($"{name}: push {images / Median(push):F1} images/s, pull {images / Median(pull):F1} images/s ({Layers * (double)bytes * images / 1048576 / Median(push):F0} and {Layers * (double)bytes * images / 1048576 / Median(pull):F0} MiB/s)");
            if (peer is not null)
            {
                Timing.Print($"     docker-registry push {images / Median(otherPush):F1}/s: {Median(otherPush) / Median(push):F2} times; pull {images / Median(otherPull):F1}/s: {Median(otherPull) / Median(pull):F2} times");
            }
        }
    }

    private static async Task<(double Push, double Pull)> TimeAsync(HttpClient client, Image[] images, string tag)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < images.Length; i++)
        {
            await images[i].PushAsync(client, $"bench/app{i}", tag);
        }

        var push = clock.Elapsed.TotalSeconds;
        clock.Restart();
        for (var i = 0; i < images.Length; i++)
        {
            await Image.PullAsync(client, $"bench/app{i}", tag);
        }

        return (push, clock.Elapsed.TotalSeconds);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<HttpClient> OursAsync(HubProcess hub)
    {
        var client = new HttpClient(hub.TrustingHandler()) { BaseAddress = new(hub["httpsEndpoint"]), Timeout = TimeSpan.FromMinutes(10) };
        var scopes = string.Join('&', Enumerable.Range(0, Kinds.Max(kind => kind.Images)).Select(i => $"scope=repository:bench/app{i}:pull,push"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/oauth2/token?service=atrium&{scopes}");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{hub["clientId"]}:{hub["clientSecret"]}")));
        using var answer = await client.SendAsync(request);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["token"]!);
        return client;
    }

    private sealed record Image(byte[] Config, byte[][] Blobs)
    {
        public static Image Random(int bytes) => new(RandomNumberGenerator.GetBytes(500), [.. Enumerable.Range(0, Layers).Select(_ => RandomNumberGenerator.GetBytes(bytes))]);

        public async Task PushAsync(HttpClient client, string repository, string tag)
        {
            var digests = await Task.WhenAll(Blobs.Append(Config).Select(blob => SendAsync(client, repository, blob)));
            var manifest = JsonSerializer.SerializeToUtf8Bytes(new
            {
                schemaVersion = 2,
                mediaType = ManifestType,
                config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = digests[^1], size = Config.Length },
                layers = digests[..^1].Zip(Blobs).Select(layer => new { mediaType = "application/vnd.oci.image.layer.v1.tar", digest = layer.First, size = layer.Second.Length }),
            });
            using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new(ManifestType) } };
            using var put = await client.PutAsync($"/v2/{repository}/manifests/{tag}", content);
            Demand(put, await put.Content.ReadAsStringAsync());
        }

        public static async Task PullAsync(HttpClient client, string repository, string tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{repository}/manifests/{tag}");
            request.Headers.Accept.ParseAdd(ManifestType);
            using var answer = await client.SendAsync(request);
            var manifest = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
            await Task.WhenAll(manifest["layers"]!.AsArray().Append(manifest["config"]).Select(named => ReadAsync(client, $"/v2/{repository}/blobs/{named!["digest"]}")));
        }

        private static async Task<string> SendAsync(HttpClient client, string repository, byte[] blob)
        {
            var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));
            using var begin = await client.PostAsync($"/v2/{repository}/blobs/uploads/", null);
            Demand(begin, "");
            var location = new Uri(client.BaseAddress!, begin.Headers.Location!);
            using var content = new ByteArrayContent(blob) { Headers = { ContentType = new("application/octet-stream") } };
            using var end = await client.PutAsync(new UriBuilder(location) { Query = $"{location.Query.TrimStart('?')}&digest={digest}".TrimStart('&') }.Uri, content);
            Demand(end, await end.Content.ReadAsStringAsync());
            return digest;
        }

        private static async Task ReadAsync(HttpClient client, string path)
        {
            using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            var buffer = new byte[256 * 1024];
            while (await body.ReadAsync(buffer) > 0)
            {
            }
        }

        private static void Demand(HttpResponseMessage answer, string body)
        {
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{(int)answer.StatusCode} {body}");
            }
        }
    }

    /// <summary>The Debian package's registry with its files in a folder of its own.</summary>
    private sealed class DockerRegistry : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
        private readonly Process process;
        private readonly string folder;

        private DockerRegistry(Process process, string folder, HttpClient client) => (this.process, this.folder, Client) = (process, folder, client);

        public HttpClient Client { get; }

        /// <summary>Null where it is not installed.</summary>
        public static async Task<DockerRegistry?> TryStartAsync()
        {
            if (!File.Exists(Program))
            {
                return null;
            }

            var (folder, port) = (HubProcess.NewDataFolder(), FreePort());
            WriteCertificate(folder);
            var settings = Path.Combine(folder, "config.yml");
            await File.WriteAllTextAsync(settings, $$"""
                version: 0.1
                log: {level: error}
                storage:
                  filesystem: {rootdirectory: {{folder}}/data}
                http:
                  addr: 127.0.0.1:{{port}}
                  tls: {certificate: {{folder}}/cert.pem, key: {{folder}}/key.pem}
                """);
            var process = Process.Start(new ProcessStartInfo(Program, ["serve", settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            var trusted = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "cert.pem")).Thumbprint;
            var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 found && found.Thumbprint == trusted } })
            {
                BaseAddress = new($"https://localhost:{port}"),
                Timeout = TimeSpan.FromMinutes(10),
            };
            var registry = new DockerRegistry(process, folder, client);
            using var limit = new CancellationTokenSource(Patience);
            while (!await registry.AnswersAsync(limit.Token))
            {
                await Task.Delay(50, limit.Token);
            }

            return registry;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
        {
            try
            {
                return (await Client.GetAsync("/v2/", cancellationToken)).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private static void WriteCertificate(string folder)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
            File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
