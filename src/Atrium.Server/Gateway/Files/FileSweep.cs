using System.Text.Json.Nodes;
using Atrium.Persistence;

namespace Atrium.Server.Gateway.Files;

/// <summary>Removes files whose time is over, and contents without a row: what a crash in the midst of an upload or a deletion left, or an owner that went.</summary>
internal sealed partial class FileSweep(IAtriumStore store, FileStore files, TimeProvider clock, ILogger<FileSweep> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Content younger than this may belong to an upload under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromHours(6);

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

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in FileStore.Types)
        {
            string? after = null;
            while (await store.ListAsync(new() { Type = type.ToLowerInvariant(), After = after, Take = PageSize }, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var row in page)
                {
                    if (JsonNode.Parse(row.Body)!["expires_at"] is { } end && end.GetValue<long>() <= now.ToUnixTimeSeconds())
                    {
                        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = row.Type, Expect = Expect.Anything }] }, cancellationToken);
                    }
                    else
                    {
                        known.Add(row.Id[(row.Id.LastIndexOf('/') + 1)..]);
                    }
                }

                after = page[^1].Key;
            }
        }

        foreach (var path in System.IO.Directory.EnumerateFiles(files.Folder).Where(path => !known.Contains(FileStore.IdAt(path))).Concat(System.IO.Directory.EnumerateFiles(files.Incoming)))
        {
            if (File.GetLastWriteTimeUtc(path) < (now - Young).UtcDateTime)
            {
                File.Delete(path);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Old files could not be removed.")]
    private partial void LogFailed(Exception failure);
}
