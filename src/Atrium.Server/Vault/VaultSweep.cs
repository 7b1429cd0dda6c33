
namespace Atrium.Server.Vault;

/// <summary>Purges deleted secrets and keys when the time in which they can be recovered is over. Several nodes may do it at once.</summary>
internal sealed partial class VaultSweep(IEnumerable<VaultItemStore> stores, TimeProvider clock, ILogger<VaultSweep> logger) : BackgroundService
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

    /// <summary>Purges what is due now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var items in stores)
        {
            string? after = null;
            while (await items.ListDeletedAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var item in page.Where(i => i.PurgeAt <= clock.GetUtcNow()))
                {
                    await items.PurgeAsync(item, log: null, cancellationToken);
                }

                after = page[^1].Key;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Deleted secrets or keys could not be purged.")]
    private partial void LogFailed(Exception failure);
}
