namespace Atrium.Server.Encryption;

/// <summary>
/// Asks the customers' keys that were used here again and again, so that a revoked one stops those who are reading and one that is back is known before anybody asks.
/// </summary>
internal sealed partial class KeyWatch(KeyRing ring, TimeProvider clock, ILogger<KeyWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(HubKey.Recheck, clock, stoppingToken);
            foreach (var hub in ring.Watched)
            {
                try
                {
                    await hub.CheckAsync(stoppingToken);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(failure);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A customer-managed key could not be checked; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
