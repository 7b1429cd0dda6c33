using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atrium.Persistence;

namespace Atrium.Bench;

/// <summary>PUT, GET and a page of a list, with 10, 1,000 and 100,000 resources in the store. The ratio of the last to the first is what counts.</summary>
internal static class ResourceBench
{
    private const string Version = "api-version=2024-07-01";
    private const int PageSize = 100;
    private const int BatchSize = 1000;
    private static readonly int[] Sizes = [10, 1_000, 100_000];
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    public static async Task RunAsync()
    {
        var data = HubProcess.NewDataFolder();
        await using var hub = await HubProcess.UpAsync(data);
        using var client = await hub.ManagementClientAsync();
        var groups = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups";
        await using var store = AtriumStore.Open(new() { Provider = "sqlite", Path = Path.Combine(data, "atrium.db") });
        var (have, firstPage) = (0, 0.0);

        // The first size would pay for compiling otherwise.
        await Timing.RateAsync(8, Length, i => PutAsync(client, $"{groups}/bench{i % 50}?{Version}"));
        await Timing.RateAsync(1, Length, _ => GetAsync(client, $"{groups}?{Version}"));
        foreach (var size in Sizes)
        {
            have = await FillAsync(store, groups, have, size);
            var put = await Timing.RateAsync(1, Length, i => PutAsync(client, $"{groups}/bench{i % 50}?{Version}"));
            var parallel = await Timing.RateAsync(8, Length, i => PutAsync(client, $"{groups}/bench{i % 50}?{Version}"));
            var get = await Timing.RateAsync(1, Length, i => GetAsync(client, $"{groups}/g{i % size:D6}?{Version}"));
            var list = await Timing.RateAsync(1, Length, _ => GetAsync(client, $"{groups}?{Version}&$top={PageSize}"));
            var last = await FarPageAsync(client, groups, size);
            firstPage = firstPage == 0 && size > PageSize ? list.P50 : firstPage;
            var later = last is { } time ? $"; a page far on {time:F2} ms" : "";
            Timing.Print($"{size,7} resources: PUT {put.P50:F2} ms (p99 {put.P99:F2}), 8 at once {parallel.PerSecond:F0}/s; GET {get.P50:F2} ms; first page of {PageSize} {list.P50:F2} ms{later}");
            if (firstPage > 0)
            {
                Timing.Print($"          page at {size} / page at 1,000: {list.P50 / firstPage:F2}");
            }
        }
    }

    private static async Task<int> FillAsync(IAtriumStore store, string groups, int have, int size)
    {
        while (have < size)
        {
            var batch = Enumerable.Range(have, Math.Min(BatchSize, size - have)).Select(i => $"{groups}/g{i:D6}").Select(id => new ResourceWrite
            {
                Key = id.ToLowerInvariant(),
                Type = "microsoft.resources/resourcegroups",
                Expect = Expect.Anything,
                Resource = new()
                {
                    Key = id.ToLowerInvariant(),
                    Id = id,
                    Type = "microsoft.resources/resourcegroups",
                    Body = """{"location":"local","tags":{"team":"blue","cost":"4711"},"properties":{"provisioningState":"Succeeded"}}""",
                },
            }).ToArray();
            await store.CommitAsync(new() { Resources = batch }, CancellationToken.None);
            have += batch.Length;
        }

        return have;
    }

    private static async Task PutAsync(HttpClient client, string path) =>
        (await client.PutAsJsonAsync(path, new { location = "local", tags = new { at = $"{Stopwatch.GetTimestamp()}" } })).EnsureSuccessStatusCode();

    private static async Task GetAsync(HttpClient client, string path) => (await client.GetAsync(path)).EnsureSuccessStatusCode();

    /// <summary>Follows the links through half of the list and gives the median time of the page there; null where the list is too short.</summary>
    private static async Task<double?> FarPageAsync(HttpClient client, string groups, int size)
    {
        const int Times = 50;
        string? next = $"{groups}?{Version}&$top={BatchSize}";
        for (var read = 0; next is not null && read < size / 2; read += BatchSize)
        {
            next = (string?)JsonNode.Parse(await client.GetStringAsync(next))!["nextLink"];
        }

        if (next is null)
        {
            return null;
        }

        var page = next.Replace($"$top={BatchSize}", $"$top={PageSize}", StringComparison.Ordinal);
        var times = new List<double>(Times);
        for (var i = 0; i < Times; i++)
        {
            var clock = Stopwatch.StartNew();
            await GetAsync(client, page);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[Times / 2];
    }
}
