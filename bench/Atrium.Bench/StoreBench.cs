using Atrium.Persistence;

namespace Atrium.Bench;

/// <summary>Commits a second as a PUT makes them, with one caller and with many; on SQLite, and on the PostgreSQL that <c>ATRIUM_BENCH_POSTGRES</c> is the connection string of.</summary>
internal static class StoreBench
{
    private const string Variable = "ATRIUM_BENCH_POSTGRES";
    private const string Type = "microsoft.resources/resourcegroups";
    private static readonly int[] Callers = [1, 8, 64];
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("atrium-bench-store-");
        await RunAsync(new() { Provider = StoreOptions.Sqlite, Path = Path.Combine(folder.FullName, "atrium.db") });
        folder.Delete(recursive: true);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection)
        {
            await RunAsync(new() { Provider = StoreOptions.PostgreSql, ConnectionString = connection });
        }
        else
        {
            Timing.Print($"store on postgresql: not measured ({Variable} is not set)");
        }
    }

    private static async Task RunAsync(StoreOptions options)
    {
        await using var store = AtriumStore.Open(options);
        await store.MigrateAsync(CancellationToken.None);
        foreach (var callers in Callers)
        {
            var rate = await Timing.RateAsync(callers, Length, _ => PutAsync(store));
            Timing.Print($"store on {options.Provider}: commits with {callers,2} callers {rate.PerSecond:F0}/s, p50 {rate.P50:F2} ms, p99 {rate.P99:F2} ms");
        }
    }

    /// <summary>A new resource with a secret, its operation and its row of the activity log.</summary>
    private static async Task PutAsync(IAtriumStore store)
    {
        var (key, now) = ($"/bench/{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow());
        var body = """{"location":"local","tags":{"team":"blue"},"properties":{"provisioningState":"Creating"}}""";
        var outcome = await store.CommitAsync(
            new()
            {
                Resources = [new() { Key = key, Type = Type, Expect = Expect.Nothing, Resource = new() { Key = key, Id = key, Type = Type, Body = body } }],
                Secrets = [new(key, "properties.key", new byte[64])],
                Operations = [new() { Id = $"{Guid.NewGuid()}", Kind = "provision", ResourceKey = key, ResourceId = key, Status = OperationStatus.Succeeded, StartedAt = now, Caller = "bench", CorrelationId = "bench" }],
                Activity = [new() { Time = now, Operation = "bench/write", ResourceId = key, Caller = "bench", CorrelationId = "bench", Status = "Accepted" }],
            },
            CancellationToken.None);
        if (!outcome.Committed)
        {
            throw new InvalidOperationException($"'{outcome.ConflictingKey}' was there.");
        }
    }
}
