using Atrium.Persistence;

namespace Atrium.Server.Resources.Changes;

/// <summary>Reads the changes that other nodes committed and passes them on.</summary>
internal sealed partial class ChangePoller(IAtriumStore store, ChangeFeed feed, TimeProvider clock, ILogger<ChangePoller> logger) : BackgroundService
{
    private const int PageSize = 500;

    /// <summary>How long a change on one node may stay unseen on another.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = await store.LastChangeAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                seen = await ReadAsync(seen, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, seen);
            }
        }
    }

    private async Task<long> ReadAsync(long seen, CancellationToken cancellationToken)
    {
        while (await store.ListChangesAsync(seen, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await feed.PublishAsync(page, cancellationToken);
            seen = page[^1].Sequence;
        }

        return seen;
    }

    [LoggerMessage(LogLevel.Warning, "Changes after {Sequence} could not be read or applied; tried again in a second.")]
    private partial void LogFailed(Exception failure, long sequence);
}
