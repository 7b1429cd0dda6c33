using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Connections.Audit;

/// <summary>One use of a connection.</summary>
/// <param name="By">The caller: a principal's object id, or which key it was.</param>
/// <param name="For">What it was used for: an operation of the data plane, listsecrets, testconnection.</param>
internal sealed record ConnectionUse(string By, string For)
{
    /// <summary>Id of the project or account that the caller worked in; null where it was the resource API.</summary>
    public string? In { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>What came of the last test of a connection.</summary>
internal sealed record ConnectionHealth(string Result, string Message, DateTimeOffset At);

/// <summary>
/// When each connection was last used, and by whom. Calls only note it in memory; a moment later it is in the store, so a crash may lose the last seconds of it.
/// Of several nodes the latest use stays.
/// </summary>
internal sealed partial class ConnectionUses(IAtriumStore store, TimeProvider clock, ILogger<ConnectionUses> logger) : BackgroundService
{
    /// <summary>Rows under connections: the last use, the last test.</summary>
    public const string RowType = $"{ConnectionType.TypeName}/uses";

    private const string UseRow = "last";
    private const string HealthRow = "health";
    private const int MaxTries = 4;
    private static readonly string StoredType = RowType.ToLowerInvariant();
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<ResourceId, ConnectionUse> noted = new();

    /// <summary>As many entries as there are connections in use.</summary>
    public void Note(ResourceId connection, ConnectionUse use) => noted[connection] = use with { At = clock.GetUtcNow() };

    public async ValueTask<ConnectionUse?> FindAsync(ResourceId connection, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(RowOf(connection, UseRow).Key, cancellationToken) is { } row ? Read(JsonNode.Parse(row.Body)!.AsObject()) : null;
        return noted.TryGetValue(connection, out var latest) && (stored is null || latest.At > stored.At) ? latest : stored;
    }

    public async ValueTask<ConnectionHealth?> HealthAsync(ResourceId connection, CancellationToken cancellationToken) =>
        await store.FindAsync(RowOf(connection, HealthRow).Key, cancellationToken) is { } row && JsonNode.Parse(row.Body) is JsonObject body
            ? new(body.Text("result")!, body.Text("message")!, Time(body))
            : null;

    /// <summary>The row that keeps the outcome of a test.</summary>
    public static ResourceWrite HealthWrite(ResourceId connection, ConnectionHealth health) =>
        Write(RowOf(connection, HealthRow), new() { ["result"] = health.Result, ["message"] = health.Message, ["at"] = health.At.ToString("O", CultureInfo.InvariantCulture) }, before: null);

    /// <summary>Puts what was noted into the store.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (connection, use) in noted.ToArray())
        {
            await KeepAsync(connection, use, cancellationToken);

            // A use that came meanwhile stays for the next time.
            noted.TryRemove(KeyValuePair.Create(connection, use));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FlushAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    private async Task KeepAsync(ResourceId connection, ConnectionUse use, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var row = RowOf(connection, UseRow);
            var before = await store.FindAsync(row.Key, cancellationToken);
            if (await store.FindAsync(connection.Key, cancellationToken) is null || (before is not null && Read(JsonNode.Parse(before.Body)!.AsObject()).At >= use.At))
            {
                return;
            }

            var body = new JsonObject { ["by"] = use.By, ["for"] = use.For, ["in"] = use.In, ["at"] = use.At.ToString("O", CultureInfo.InvariantCulture) };
            if ((await store.CommitAsync(new() { Resources = [Write(row, body, before)] }, cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    private static ResourceId RowOf(ResourceId connection, string name) => connection.Child("uses", name);

    private static ResourceWrite Write(ResourceId id, JsonObject body, StoredResource? before)
    {
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = StoredType, Body = body.ToJsonString() };
        return before is null ? new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Anything } : ResourceWriter.Replace(before, row);
    }

    private static ConnectionUse Read(JsonObject body) => new(body.Text("by")!, body.Text("for")!) { In = body.Text("in"), At = Time(body) };

    private static DateTimeOffset Time(JsonObject body) => DateTimeOffset.Parse(body.Text("at")!, CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Error, "The last uses of connections could not be kept. They are tried again.")]
    private partial void LogFailed(Exception failure);
}
