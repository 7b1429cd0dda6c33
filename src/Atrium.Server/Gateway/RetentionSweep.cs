using Atrium.Persistence;
using Atrium.Server.Gateway.Files.Uploads;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Gateway.StoredChats;

namespace Atrium.Server.Gateway;

/// <summary>Removes responses, stored chats and uploads when the time for which they are kept is over. Several nodes may do it at once.</summary>
internal sealed partial class RetentionSweep(IAtriumStore store, TimeProvider clock, ILogger<RetentionSweep> logger) : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

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

    /// <summary>Removes what is due now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var type in (string[])[.. ResponseStore.Types, .. ChatStore.Types, .. UploadStore.Types])
        {
            string? after = null;
            while (await store.ListAsync(new() { Type = type.ToLowerInvariant(), Deleted = true, After = after, Take = PageSize }, cancellationToken) is { Count: > 0 } page)
            {
                var due = page.Where(row => row.PurgeAt <= clock.GetUtcNow()).Select(row => new ResourceWrite { Key = row.Key, Type = row.Type, Expect = Expect.Anything }).ToArray();
                if (due.Length > 0)
                {
                    await store.CommitAsync(new() { Resources = due }, cancellationToken);
                }

                after = page[^1].Key;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Old responses, chats and uploads could not be removed.")]
    private partial void LogFailed(Exception failure);
}
