using System.Text.Json.Nodes;
using Atrium.Server.AiServices;
using Atrium.Server.Hubs;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>
/// A kind of work that outlives its request. What was accepted is done: by this node or another, again from the start of <see cref="RunAsync"/> after a crash, so that
/// must go on from what it finds in the job's folder, or do again what harms nobody.
/// </summary>
internal interface IJobKind
{
    /// <summary>The segment of its ids under the account or project: <c>batches</c>.</summary>
    string Name { get; }

    /// <summary>How many a node works on at once.</summary>
    int AtOnce { get; }

    /// <summary>Why it is to end before its work is done, such as that somebody cancelled it; null to go on. Asked about once a second.</summary>
    string? EndsEarly(JsonObject view, DateTimeOffset now) => null;

    /// <summary>Until when an ended job is kept; null for as long as its owner is there.</summary>
    DateTimeOffset? KeptUntil(JsonObject view) => null;

    /// <summary>Whether what lies in its folder is wanted after its end; otherwise that goes with the end.</summary>
    bool KeepsFolder => true;

    /// <summary>Tells how far the work is, each time the lease is renewed. False where there is nothing to tell.</summary>
    bool Tell(JobRun run, JsonObject view) => false;

    /// <summary>
    /// Does the work. When it is to end early the token is cancelled and <see cref="JobRun.EndsEarly"/> says why; what was done until then may still be kept.
    /// </summary>
    /// <returns>Writes the end into what callers see; or how far it is, where <see cref="JobRun.AgainAt"/> says that there is more to do.</returns>
    Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>Whether what was worked on is still what is wanted. Where it is not, no end is written and the place in the queue stays, so that the work is done anew.</summary>
    /// <param name="begun">The job as it was taken up.</param>
    /// <param name="view">As it is now.</param>
    bool IsStillWanted(KeptJob begun, JsonObject view) => true;

    /// <summary>What is to happen with the end, also of work that was given up: called before that is written, so that it is not lost, and after a crash once more.</summary>
    Task BeforeEndAsync(JobRun run, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes into what callers see that the work was given up: it broke down again and again for a reason of ours, which the log has.</summary>
    void GiveUp(JsonObject view, DateTimeOffset now);
}

/// <summary>Names of kept rows.</summary>
internal static class JobTypes
{
    /// <summary>A kind's two types, one under accounts and one under projects.</summary>
    public static string[] Of(string kind) => [$"{AccountType.TypeName}/{kind}", $"{Workspaces.Type}/{kind}"];
}
