using Atrium.Persistence;

namespace Atrium.Server.Vault.Secrets;

/// <summary>Purges deleted secrets when the time in which they can be recovered is over. Several nodes may do it at once.</summary>
internal sealed partial class SecretSweep(IAtriumStore store, SecretStore secrets, TimeProvider clock, ILogger<SecretSweep> logger) : BackgroundService
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
        string? after = null;
        while (await store.ListAsync(new() { Type = SecretNames.SecretRow, Deleted = true, After = after, Take = PageSize }, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var secret in page.Where(s => s.PurgeAt <= clock.GetUtcNow()))
            {
                await secrets.PurgeAsync(secret, log: null, cancellationToken);
            }

            after = page[^1].Key;
        }
    }

    [LoggerMessage(LogLevel.Error, "Deleted secrets could not be purged.")]
    private partial void LogFailed(Exception failure);
}
