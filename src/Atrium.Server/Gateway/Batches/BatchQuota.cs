using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Batches;

/// <summary>How much the batches of one owner may have enqueued: a quota of their own, apart from calls that somebody waits for.</summary>
internal sealed class BatchQuota(JobStore jobs, IOptions<BatchOptions> options) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    public int MostRequests => options.Value.MostRequests;

    /// <summary>Begins a batch where there is room for it. One at a time, so that two that begin at once do not both take the last of it.</summary>
    /// <param name="run">The batch.</param>
    /// <param name="lines">How many requests it has.</param>
    /// <param name="begin">Has its view show them.</param>
    /// <param name="cancellationToken">Before it has begun.</param>
    /// <returns>How many requests of others were in the way; null where it has begun.</returns>
    public async Task<long?> BeginAsync(JobRun run, int lines, Action<JsonObject> begin, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var others = await jobs.ListAsync(run.Owner, BatchJob.Kind, cancellationToken);
            var enqueued = others.Where(job => job.Id != run.Job.Id && !BatchView.IsEnded(job.View)).Sum(job => BatchView.Unanswered(job.View));
            if (enqueued + lines > MostRequests)
            {
                return enqueued;
            }

            await run.ChangeAsync(begin, cancellationToken);
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
