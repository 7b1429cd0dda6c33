using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage;

/// <summary>Has the engine take away what nobody can have any more: every minute what is due, every few hours what takes reading everything. Several nodes may do it at once.</summary>
internal sealed partial class StorageSweep(AccountPurge purge, BlobSweep sweep, FileSweep files, TimeProvider clock, ILogger<StorageSweep> logger) : BackgroundService
{
    private const int RoundsToWhole = 360;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            try
            {
                await RunAsync(isWhole: round % RoundsToWhole == 1, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    internal async Task RunAsync(bool isWhole, CancellationToken cancellationToken)
    {
        await purge.RunAsync(isAgain: isWhole, cancellationToken);
        foreach (var account in await sweep.AccountsAsync(cancellationToken))
        {
            await sweep.RunAsync(account, cancellationToken);
            if (isWhole)
            {
                await sweep.ForgetBlocksAsync(account, cancellationToken);
            }
        }

        foreach (var account in files.Accounts().ToList())
        {
            await files.RunAsync(account, cancellationToken);
        }

        if (isWhole)
        {
            await sweep.CollectOrphansAsync(cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "What nobody can have any more could not be taken away from storage; the next round tries again.")]
    private partial void LogFailed(Exception failure);
}
