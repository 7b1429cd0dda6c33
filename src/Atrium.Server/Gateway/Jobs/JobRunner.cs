using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>
/// Carries out jobs, of each kind a few at once. Owners take turns: the one with the fewest jobs under way here goes first, then the one who waits longest. Whatever
/// was accepted is taken up again after a crash, here or on another node.
/// </summary>
internal sealed partial class JobRunner(
    JobStore jobs, JobFolders folders, GatewayState gateway, IEnumerable<IJobKind> kinds, IOptions<AtriumOptions> options, TimeProvider clock, ILogger<JobRunner> logger) : BackgroundService
{
    /// <summary>A job that broke down so often is given up.</summary>
    private const int MostTries = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private readonly string node = NodeId.ReadOrCreate(options.Value.Data);
    private readonly FrozenDictionary<string, IJobKind> byName = kinds.ToFrozenDictionary(kind => kind.Name, StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> resting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim woken = new(0);

    /// <summary>There is a new job, or one to be cancelled.</summary>
    public void Wake() => woken.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TakeUpAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }

            await ((Task)woken.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var waiting = (await jobs.QueueAsync(cancellationToken))
            .Where(place => JobPlace.Read(place).At <= now && !running.ContainsKey(place.Link!) && !(resting.TryGetValue(place.Link!, out var until) && until > now)).ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.OrderBy(place => running.Keys.Count(key => KeptJob.OwnerOf(key) == KeptJob.OwnerOf(place.Link!))).First();
            waiting.Remove(next);
            if (byName.TryGetValue(KeptJob.KindOf(next.Link!), out var kind) && running.Keys.Count(key => KeptJob.KindOf(key) == KeptJob.KindOf(next.Link!)) < kind.AtOnce
                && await jobs.LeaseAsync(next, node, Lease, cancellationToken) is { } job)
            {
                running[job.Row.Key] = RunAsync(kind, job, JobPlace.Read(next).Tries, cancellationToken);
            }
        }
    }

    private async Task RunAsync(IJobKind kind, KeptJob job, int tries, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var run = (await gateway.ReadAsync(cancellationToken)).FindOwner(job.Owner) is { } owner ? new JobRun(job, owner, folders.Of(job), jobs) : null;
            if (tries >= MostTries)
            {
                if (run is not null)
                {
                    await kind.BeforeEndAsync(run, cancellationToken);
                }

                await EndAsync(kind, job, view => kind.GiveUp(view, clock.GetUtcNow()), null, cancellationToken);
            }
            else if (run is not null)
            {
                await WorkAsync(kind, run, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What broke may mend itself; each time it gets longer for that.
            var rest = TimeSpan.FromSeconds(Math.Min(LongestRest.TotalSeconds, Math.Pow(2, tries)));
            resting[job.Row.Key] = clock.GetUtcNow() + rest;
            LogJobFailed(failure, kind.Name, job.Id, rest);
        }
        finally
        {
            running.TryRemove(job.Row.Key, out _);
            Wake();
        }
    }

    private async Task WorkAsync(IJobKind kind, JobRun run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isLost = false;
        var watching = WatchAsync(kind, run, lost =>
        {
            isLost = lost;
            stop.Cancel();
        }, watched.Token);
        try
        {
            var end = await kind.RunAsync(run, stop.Token);
            if (!isLost)
            {
                if (run.AgainAt is null)
                {
                    await kind.BeforeEndAsync(run, cancellationToken);
                }

                await EndAsync(kind, run.Job, end, run.AgainAt, cancellationToken);
                if (!kind.KeepsFolder)
                {
                    folders.Remove(run.Job);
                }
            }
        }
        finally
        {
            await watched.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Keeps the lease, tells how far it is, and sees when the job is to end early.</summary>
    private async Task WatchAsync(IJobKind kind, JobRun run, Action<bool> stop, CancellationToken cancellationToken)
    {
        for (var renewed = clock.GetUtcNow(); ;)
        {
            await Task.Delay(Tell, clock, cancellationToken);
            if (clock.GetUtcNow() - renewed >= Renewal)
            {
                renewed = clock.GetUtcNow();
                if (!await jobs.RenewAsync(run.Job, node, Lease, cancellationToken))
                {
                    stop(true);
                    return;
                }
            }

            var now = await jobs.ChangeAsync(run.Job.Row.Key, view => kind.Tell(run, view), isEnd: false, cancellationToken) ?? await jobs.FindAsync(run.Job.Row.Key, cancellationToken);
            run.EndsEarly = now is null ? null : kind.EndsEarly(now.View, clock.GetUtcNow());
            if (now is null || run.EndsEarly is not null)
            {
                stop(now is null);
                return;
            }
        }
    }

    private Task<KeptJob?> EndAsync(IJobKind kind, KeptJob job, Action<JsonObject> end, DateTimeOffset? againAt, CancellationToken cancellationToken)
    {
        return againAt is { } at ? jobs.ChangeAndQueueAsync(job.Row.Key, Write, at, cancellationToken) : jobs.ChangeAsync(job.Row.Key, Write, isEnd: true, cancellationToken);

        bool Write(JsonObject view)
        {
            if (!kind.IsStillWanted(job, view))
            {
                return false;
            }

            end(view);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Error, "Jobs could not be taken up.")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Error, "Job {Kind} {Job} could not go on; it is tried again in {Rest}.")]
    private partial void LogJobFailed(Exception failure, string kind, string job, TimeSpan rest);
}
