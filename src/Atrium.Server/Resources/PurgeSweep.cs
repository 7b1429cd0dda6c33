using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>Purges soft-deleted resources when the time in which they can be recovered is over. Several nodes may do it at once: purging twice is purging.</summary>
internal sealed partial class PurgeSweep(IAtriumStore store, ResourceCatalog catalog, ResourceRemover remover, TimeProvider clock, ILogger<PurgeSweep> logger) : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Purges what is due now; how many.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var purged = 0;
        var reader = new ResourceReader(store);
        foreach (var type in catalog.Types.Where(t => t.SoftDelete is not null))
        {
            var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), Deleted = true, Take = PageSize };
            await foreach (var resource in reader.AllAsync(query, cancellationToken))
            {
                if (resource.Stored.PurgeAt <= clock.GetUtcNow())
                {
                    await remover.RemoveAsync(resource, purge: true, Caller.System.ObjectId, Guid.NewGuid().ToString(), cancellationToken);
                    LogPurged(resource.Stored.Id);
                    purged++;
                }
            }
        }

        return purged;
    }

    [LoggerMessage(LogLevel.Information, "'{Resource}' was purged: the time to recover it is over.")]
    private partial void LogPurged(string resource);

    [LoggerMessage(LogLevel.Error, "Soft-deleted resources could not be purged.")]
    private partial void LogFailed(Exception failure);
}
