namespace Atrium.Server.Vault.Keys;

/// <summary>Does from time to time what the rotation policies of keys say is due.</summary>
internal sealed partial class KeyRotationSweep(KeyRotation rotation, TimeProvider clock, ILogger<KeyRotationSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await rotation.SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "Keys could not be rotated by their policies.")]
    private partial void LogFailed(Exception failure);
}
