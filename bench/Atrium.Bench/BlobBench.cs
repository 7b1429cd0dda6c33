using System.Diagnostics;
using Atrium.Testing.Peers;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;

namespace Atrium.Bench;

/// <summary>
/// Puts and gets of blobs, against Azurite and against a plain copy of a file on the same disk, in one run. All by the same caller, over plain HTTP on loopback,
/// with one shared access signature, so what differs is the servers.
/// </summary>
internal static class BlobBench
{
    private const string Container = "bench";
    private const long LargeBytes = 256L * 1024 * 1024;
    private const int Rounds = 5;
    private const int Callers = 8;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);
    private static readonly (string Name, int Bytes)[] Sizes = [("4 KiB", 4096), ("1 MiB", 1024 * 1024)];

    public static async Task RunAsync()
    {
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        using var management = await hub.ManagementClientAsync();
        using var ours = await ServiceAsync(new Uri($"{hub["endpoint"].TrimEnd('/')}/{hub["storageAccount"]}.blob"), hub["storageAccount"], await KeyAsync(hub, management));
        if (Peer.Lacks(HubProcess.Root) is { } lacks)
        {
            Timing.Print($"without Azurite: {lacks}");
            await MeasureAsync(ours, null, hub);
            return;
        }

        await using var azurite = await Peer.StartAsync("azurite", HubProcess.Root);
        using var theirs = await ServiceAsync(new Uri($"{azurite.Endpoint}{Peer.Account}"), Peer.Account, azurite.Secret);
        await MeasureAsync(ours, theirs, hub);
    }

    private static async Task MeasureAsync(Service ours, Service? theirs, HubProcess hub)
    {
        foreach (var (name, bytes) in Sizes)
        {
            var (put, get) = await SmallAsync(ours, bytes);
            if (theirs is null)
            {
                Timing.Print($"{name}: put {put.PerSecond:F0}/s (p99 {put.P99:F1} ms), get {get.PerSecond:F0}/s (p99 {get.P99:F1} ms)");
                continue;
            }

            var (otherPut, otherGet) = await SmallAsync(theirs, bytes);
            Timing.Print(
                $"{name}, {Callers} callers: put {put.PerSecond:F0}/s (p99 {put.P99:F1} ms), Azurite {otherPut.PerSecond:F0}/s: {put.PerSecond / otherPut.PerSecond:F1} times; get {get.PerSecond:F0}/s (p99 {get.P99:F1} ms), Azurite {otherGet.PerSecond:F0}/s: {get.PerSecond / otherGet.PerSecond:F1} times");
        }

        await LargeAsync(ours, theirs, hub);
    }

    private static async Task<(Rate Put, Rate Get)> SmallAsync(Service service, int bytes)
    {
        var put = await Timing.RateAsync(Callers, Length, i => service.PutAsync($"b{i % 200}", bytes));
        var get = await Timing.RateAsync(Callers, Length, i => service.GetAsync($"b{1 + (i % 100)}"));
        return (put, get);
    }

    private static async Task LargeAsync(Service ours, Service? theirs, HubProcess hub)
    {
        await ours.PutAsync("warm", LargeBytes / 8);
        await ours.GetAsync("warm");
        if (theirs is not null)
        {
            await theirs.PutAsync("warm", LargeBytes / 8);
            await theirs.GetAsync("warm");
        }

        var folder = HubProcess.NewDataFolder();
        try
        {
            var before = hub.ResidentMiB();
            using var watch = new MemoryWatch(hub);
            var (copies, puts, gets, otherPuts, otherGets) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
            var (putting, getting) = (0.0, 0.0);
            await PlainWriteAsync(Path.Combine(folder, "from"));
            for (var round = 0; round < Rounds; round++)
            {
                // Into a new file, as a put is: what it replaces may still be being read, and a file that is written over has its memory at hand.
                var target = Path.Combine(folder, $"to{round}");
                copies.Add(await RateOfAsync(() => PlainCopyAsync(Path.Combine(folder, "from"), target)));
                var start = hub.ProcessorSeconds();
                puts.Add(await RateOfAsync(() => ours.PutAsync("large", LargeBytes)));
                var middle = hub.ProcessorSeconds();
                gets.Add(await RateOfAsync(() => ours.GetAsync("large")));
                (putting, getting) = (putting + middle - start, getting + hub.ProcessorSeconds() - middle);
                if (theirs is not null)
                {
                    otherPuts.Add(await RateOfAsync(() => theirs.PutAsync("large", LargeBytes)));
                    otherGets.Add(await RateOfAsync(() => theirs.GetAsync("large")));
                }
            }

            var copy = Median(copies);
            Timing.Print($"{LargeBytes >> 20} MiB, one caller, median of {Rounds}: plain copy with flush {copy:F0} MiB/s; put {Median(puts):F0} MiB/s ({100 * Median(puts) / copy:F0} % of the copy), get {Median(gets):F0} MiB/s ({100 * Median(gets) / copy:F0} %)");
            if (theirs is not null)
            {
                Timing.Print($"     Azurite put {Median(otherPuts):F0} MiB/s: {Median(puts) / Median(otherPuts):F1} times; get {Median(otherGets):F0} MiB/s: {Median(gets) / Median(otherGets):F1} times");
            }

            var gibibytes = Rounds * LargeBytes / Math.Pow(1024, 3);
            Timing.Print($"     processor time of the server: put {putting / gibibytes:F2} s/GiB, get {getting / gibibytes:F2} s/GiB");
            Timing.Print($"     memory of the server before {before:F0} MiB, at most {watch.Most:F0} MiB while large blobs came and went (aims: 3 times Azurite, 60 % of a copy, constant memory)");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> RateOfAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        return LargeBytes / 1048576.0 / clock.Elapsed.TotalSeconds;
    }

    private static async Task PlainWriteAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await PatternContent.WriteAsync(file, LargeBytes);
        file.Flush(flushToDisk: true);
    }

    private static async Task PlainCopyAsync(string source, string target)
    {
        await using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await from.CopyToAsync(to, PatternContent.BlockBytes);
        to.Flush(flushToDisk: true);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<string> KeyAsync(HubProcess hub, HttpClient management)
    {
        var account = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.Storage/storageAccounts/{hub["storageAccount"]}";
        var keys = await management.PostAsync($"{account}/listKeys?api-version=2023-05-01", null);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(await keys.Content.ReadAsStringAsync())!["keys"]![0]!["value"]!;
    }

    private static async Task<Service> ServiceAsync(Uri endpoint, string account, string key)
    {
        var container = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, key), new(BlobClientOptions.ServiceVersion.V2021_12_02)).GetBlobContainerClient(Container);
        await container.CreateIfNotExistsAsync();
        return new(container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(2)));
    }

    private sealed class Service(Uri signed) : IDisposable
    {
        private readonly HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64, ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = TimeSpan.FromMinutes(10) };

        public async Task PutAsync(string name, long bytes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, At(name)) { Content = new PatternContent(bytes) };
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
            request.Headers.Add("x-ms-version", "2021-12-02");
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }

        public async Task GetAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(name));
            request.Headers.Add("x-ms-version", "2021-12-02");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync();
            var buffer = new byte[256 * 1024];
            while (await body.ReadAsync(buffer) > 0)
            {
            }
        }

        public void Dispose() => client.Dispose();

        private Uri At(string name) => new UriBuilder(signed) { Path = $"{signed.AbsolutePath}/{name}" }.Uri;
    }

    /// <summary>The most memory that the server had while this was open.</summary>
    private sealed class MemoryWatch : IDisposable
    {
        private readonly Timer timer;

        public MemoryWatch(HubProcess hub) => timer = new(_ => Most = Math.Max(Most, hub.ResidentMiB()), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

        public double Most { get; private set; }

        public void Dispose() => timer.Dispose();
    }
}
