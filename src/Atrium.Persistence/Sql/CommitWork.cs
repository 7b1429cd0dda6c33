using Atrium.Persistence.Sql.Tables;

namespace Atrium.Persistence.Sql;

/// <summary>Carries out commits inside the writer's transaction.</summary>
internal static class CommitWork
{
    /// <summary>One commit. After a conflict nothing that it wrote may be kept.</summary>
    public static async ValueTask<Written<CommitOutcome>> RunAsync(Session session, ActivityChain chain, Commit commit, CancellationToken cancellationToken)
    {
        var first = CommitPlan.WaitsItsTurn(commit) ? await ChangeTable.TakeAsync(session, commit.Resources.Count, cancellationToken) : 0;
        var activity = await ActivityTable.AppendAsync(session, chain, commit.Activity, cancellationToken);
        return await session.RunAsync(CommitPlan.Of(commit, first).Concat(activity), cancellationToken) is { } conflict
            ? new(new(conflict, []), Keep: false)
            : new(CommitPlan.Outcome(commit, first), Keep: true);
    }

    /// <summary>Many commits in one go. False where one of them conflicts: nothing that any of them wrote may be kept then.</summary>
    public static async ValueTask<bool> TryRunAsync(Session session, ActivityChain chain, IReadOnlyList<CommitJob> jobs, CancellationToken cancellationToken)
    {
        var first = jobs.Any(job => CommitPlan.WaitsItsTurn(job.Commit))
            ? await ChangeTable.TakeAsync(session, jobs.Sum(job => job.Commit.Resources.Count), cancellationToken)
            : 0;
        var steps = new List<Step>();
        foreach (var job in jobs)
        {
            steps.AddRange(CommitPlan.Of(job.Commit, first));
            job.Settle(CommitPlan.Outcome(job.Commit, first));
            first += job.Commit.Resources.Count;
        }

        steps.AddRange(await ActivityTable.AppendAsync(session, chain, jobs.SelectMany(job => job.Commit.Activity), cancellationToken));
        return await session.RunAsync(steps, cancellationToken) is null;
    }
}
