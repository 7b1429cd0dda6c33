namespace Atrium.Server.Encryption;

/// <summary>
/// Asks the customers' keys that were used here again and again, so that a revoked one stops those who are reading and one that is back is known before anybody asks.
/// </summary>
internal sealed partial class KeyWatch(KeyRing ring, TimeProvider clock, ILogger<KeyWatch> logger) : BackgroundService
{
    private const int AtOnce = 64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(HubKey.Recheck, clock, stoppingToken);

            // Side by side: a vault that does not answer must not keep others from being asked.
            await Parallel.ForEachAsync(ring.Watched, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, CheckAsync);
        }
    }

    private async ValueTask CheckAsync(HubKey hub, CancellationToken cancellationToken)
    {
        try
        {
            await hub.CheckAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A customer-managed key could not be checked; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
