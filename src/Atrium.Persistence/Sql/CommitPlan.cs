using Atrium.Persistence.Sql.Tables;

namespace Atrium.Persistence.Sql;

/// <summary>The statements of a commit but for its activity, in order. Pure: what is expected is part of the statements, and each says by its number of rows whether it was met.</summary>
internal static class CommitPlan
{
    /// <summary>Also a commit of secrets alone waits its turn, so that no resource goes away under it.</summary>
    public static bool WaitsItsTurn(Commit commit) => commit.Resources.Count + commit.Secrets.Count > 0;

    /// <param name="commit">What to write.</param>
    /// <param name="first">The first of the numbers taken for its resources.</param>
    public static IEnumerable<Step> Of(Commit commit, long first)
    {
        for (var index = 0; index < commit.Resources.Count; index++)
        {
            foreach (var step in Steps(commit.Resources[index], first + index))
            {
                yield return step;
            }
        }

        foreach (var secret in commit.Secrets)
        {
            yield return SecretTable.Write(secret);
        }

        // In the order of their ids, so that two nodes that write the same ones do not wait for each other.
        foreach (var operation in commit.Operations.OrderBy(operation => operation.Id, StringComparer.Ordinal))
        {
            yield return OperationTable.Write(operation);
        }
    }

    public static CommitOutcome Outcome(Commit commit, long first) =>
        new(null, [.. commit.Resources.Select((write, index) => write.Resource is null ? 0 : first + index)]);

    private static Step[] Steps(ResourceWrite write, long version)
    {
        var change = ChangeTable.Append(new(version, write.Key, write.Type, Removed: write.Resource is null));
        return write switch
        {
            { Resource: not null } => [ResourceTable.Write(write, version), change],
            { Expect: Expect.Nothing } => [ChangeTable.DemandNothing(write.Key)],
            { Expect: Expect.SameVersion } => [ResourceTable.RemoveVersion(write.Key, write.ExpectedVersion), change],

            // Removing what is not there is no change.
            _ => [ChangeTable.AppendRemovalOf(write.Key, write.Type, version), ResourceTable.Remove(write.Key)],
        };
    }
}
