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
        foreach (var size in Sizes)
        {
            have = await FillAsync(store, groups, have, size);
            var put = await Timing.RateAsync(1, Length, i => PutAsync(client, $"{groups}/bench{i % 50}?{Version}"));
            var parallel = await Timing.RateAsync(8, Length, i => PutAsync(client, $"{groups}/bench{i % 50}?{Version}"));
            var get = await Timing.RateAsync(1, Length, i => GetAsync(client, $"{groups}/g{i % size:D6}?{Version}"));
            var list = await Timing.RateAsync(1, Length, _ => GetAsync(client, $"{groups}?{Version}&$top={PageSize}"));
            var last = await LastPageAsync(client, $"{groups}?{Version}&$top={PageSize}", size);
            firstPage = firstPage == 0 && size > PageSize ? list.P50 : firstPage;
            Timing.Print($"{size,7} resources: PUT {put.P50:F2} ms (p99 {put.P99:F2}), 8 at once {parallel.PerSecond:F0}/s; GET {get.P50:F2} ms; first page {list.P50:F2} ms; a later page {last:F2} ms");
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

    /// <summary>Follows the links through a good part of the list and times the last step.</summary>
    private static async Task<double> LastPageAsync(HttpClient client, string path, int size)
    {
        const int MostPages = 50;
        var time = 0.0;
        string? next = path.Replace($"$top={PageSize}", size > BatchSize ? "$top=1000" : $"$top={PageSize}", StringComparison.Ordinal);
        for (var i = 0; next is not null && i < MostPages; i++)
        {
            var body = JsonNode.Parse(await client.GetStringAsync(next))!;
            next = (string?)body["nextLink"];
        }

        if (next is null)
        {
            return time;
        }

        var page = next.Replace("$top=1000", $"$top={PageSize}", StringComparison.Ordinal);
        await GetAsync(client, page);
        var clock = Stopwatch.StartNew();
        await GetAsync(client, page);
        return clock.Elapsed.TotalMilliseconds;
    }
}
