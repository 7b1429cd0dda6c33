namespace Atrium.Server.Gateway.Jobs;

/// <summary>Removes jobs whose time is over, and folders without a job: what a crash in the midst of a deletion left, or an owner that went.</summary>
internal sealed partial class JobSweep(JobStore jobs, JobFolders folders, IEnumerable<IJobKind> kinds, TimeProvider clock, ILogger<JobSweep> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>A folder younger than this may belong to a job that is being made.</summary>
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
        foreach (var kind in kinds)
        {
            foreach (var type in JobTypes.Of(kind.Name))
            {
                string? after = null;
                while (await jobs.ListAllAsync(type, after, PageSize, cancellationToken) is { Count: > 0 } page)
                {
                    foreach (var job in page)
                    {
                        if (kind.KeptUntil(job.View) <= now)
                        {
                            await jobs.RemoveAsync(job, cancellationToken);
                            folders.Remove(job);
                        }
                        else
                        {
                            known.Add(JobFolders.NameOf(job));
                        }
                    }

                    after = page[^1].Row.Key;
                }
            }
        }

        if (!System.IO.Directory.Exists(folders.Root))
        {
            return;
        }

        foreach (var path in System.IO.Directory.EnumerateDirectories(folders.Root).Where(path => !known.Contains(Path.GetFileName(path))))
        {
            if (System.IO.Directory.GetLastWriteTimeUtc(path) < (now - Young).UtcDateTime)
            {
                System.IO.Directory.Delete(path, recursive: true);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Old jobs could not be removed.")]
    private partial void LogFailed(Exception failure);
}
