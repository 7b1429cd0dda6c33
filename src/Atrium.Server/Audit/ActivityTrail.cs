using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Audit;

/// <summary>
/// Writes rows that belong to no write. The first of a kind is written at once; what a caller does again and again is counted and written as one row a minute,
/// so that nobody fills the log by being refused.
/// </summary>
internal sealed partial class ActivityTrail(IAtriumStore store, TimeProvider clock, ILogger<ActivityTrail> logger) : BackgroundService, IActivityTrail
{
    private const int MostKinds = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Kind, Repeats> seen = new();

    public async ValueTask AddAsync(ActivityRow row, CancellationToken cancellationToken)
    {
        var kind = new Kind(row.Operation, row.ResourceId, row.Caller, row.Status, row.HttpStatus);
        var repeats = seen.Count < MostKinds ? seen.GetOrAdd(kind, static _ => new()) : seen.GetValueOrDefault(kind);
        if (repeats is null)
        {
            // More kinds than are told apart in a minute are one.
            repeats = seen.GetOrAdd(new("many", "/", "", row.Status, row.HttpStatus), static _ => new());
        }

        if (repeats.IsFirst(row))
        {
            await store.CommitAsync(new() { Activity = [row] }, cancellationToken);
        }
    }

    /// <summary>Writes down what was counted, and forgets it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var rows = new List<ActivityRow>();
        foreach (var kind in seen.Keys)
        {
            if (seen.TryRemove(kind, out var repeats) && repeats.Close() is { } row)
            {
                rows.Add(row);
            }
        }

        if (rows.Count > 0)
        {
            await store.CommitAsync(new() { Activity = rows }, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
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

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "Repeated refusals could not be written to the activity log.")]
    private partial void LogFailed(Exception failure);

    private readonly record struct Kind(string Operation, string ResourceId, string Caller, string Status, int HttpStatus);

    private sealed class Repeats
    {
        private readonly Lock gate = new();
        private ActivityRow? last;
        private int more;

        public bool IsFirst(ActivityRow row)
        {
            lock (gate)
            {
                (var isFirst, last) = (last is null, row);
                more += isFirst ? 0 : 1;
                return isFirst;
            }
        }

        /// <summary>The last of those that were counted; null for none.</summary>
        public ActivityRow? Close()
        {
            lock (gate)
            {
                if (more == 0)
                {
                    return null;
                }

                var properties = last!.Properties is null ? [] : JsonNode.Parse(last.Properties)!.AsObject();
                properties["repeated"] = more;
                return last with { Properties = properties.ToJsonString() };
            }
        }
    }
}
