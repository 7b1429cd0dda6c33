using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>A job under way on this node.</summary>
/// <param name="job">As it was when it was taken up.</param>
/// <param name="owner">Whose it is.</param>
/// <param name="folder">Its folder, with what an earlier try left there.</param>
/// <param name="jobs">Where it is kept.</param>
internal sealed class JobRun(KeptJob job, KeyOwner owner, string folder, JobStore jobs)
{
    public KeptJob Job => job;

    public KeyOwner Owner => owner;

    public string Folder => folder;

    /// <summary>Why the work is to end before it is done; null while it is not.</summary>
    public string? EndsEarly { get; set; }

    /// <summary>When the work is to be taken up once more, until when it holds no place among those under way; null where it is at its end.</summary>
    public DateTimeOffset? AgainAt { get; set; }

    /// <summary>What the kind keeps here while it works, for <see cref="IJobKind.Tell"/>.</summary>
    public object? Progress { get; set; }

    /// <summary>Changes what callers see while the work goes on.</summary>
    public Task<KeptJob?> ChangeAsync(Action<JsonObject> change, CancellationToken cancellationToken) => jobs.ChangeAsync(
        job.Row.Key,
        view =>
        {
            change(view);
            return true;
        },
        isEnd: false,
        cancellationToken);
}
