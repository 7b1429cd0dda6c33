using Atrium.Persistence.Sql.Tables;

namespace Atrium.Persistence.Sql;

/// <summary>Carries out a commit inside the writer's transaction.</summary>
internal static class CommitWork
{
    public static async ValueTask<Written<CommitOutcome>> RunAsync(Session session, Commit commit, CancellationToken cancellationToken)
    {
        var versions = new long[commit.Resources.Count];
        if (commit.Resources.Count + commit.Secrets.Count > 0)
        {
            // Also a commit of secrets alone waits its turn, so that no resource goes away under it.
            var next = await ChangeTable.TakeAsync(session, commit.Resources.Count, cancellationToken);
            for (var index = 0; index < versions.Length; index++)
            {
                var write = commit.Resources[index];
                var written = await WriteAsync(session, write, next + index, cancellationToken);
                if (written is Outcome.Conflict)
                {
                    return Conflict(write.Key);
                }

                versions[index] = write.Resource is null ? 0 : next + index;
                if (written is Outcome.Written)
                {
                    var change = new ResourceChange(next + index, write.Key, write.Type, Removed: write.Resource is null);
                    await ChangeTable.AppendAsync(session, change, cancellationToken);
                }
            }
        }

        foreach (var secret in commit.Secrets)
        {
            if (secret.Ciphertext is not null && !await ResourceTable.ExistsAsync(session, secret.ResourceKey, cancellationToken))
            {
                return Conflict(secret.ResourceKey);
            }

            await SecretTable.WriteAsync(session, secret, cancellationToken);
        }

        // In the order of their ids, so that two nodes that write the same ones do not wait for each other.
        foreach (var operation in commit.Operations.OrderBy(operation => operation.Id, StringComparer.Ordinal))
        {
            await OperationTable.WriteAsync(session, operation, cancellationToken);
        }

        foreach (var row in commit.Activity)
        {
            await ActivityTable.AppendAsync(session, row, cancellationToken);
        }

        return new(new(null, versions), Keep: true);
    }

    private static async ValueTask<Outcome> WriteAsync(Session session, ResourceWrite write, long version, CancellationToken cancellationToken)
    {
        if (write.Resource is not null)
        {
            return await ResourceTable.WriteAsync(session, write, version, cancellationToken) ? Outcome.Written : Outcome.Conflict;
        }

        return write.Expect switch
        {
            Expect.Nothing => await ResourceTable.ExistsAsync(session, write.Key, cancellationToken) ? Outcome.Conflict : Outcome.NothingToDo,
            Expect.SameVersion => await ResourceTable.RemoveVersionAsync(session, write.Key, write.ExpectedVersion, cancellationToken)
                ? Outcome.Written
                : Outcome.Conflict,
            _ => await ResourceTable.RemoveAsync(session, write.Key, cancellationToken) ? Outcome.Written : Outcome.NothingToDo,
        };
    }

    private static Written<CommitOutcome> Conflict(string key) => new(new(key, []), Keep: false);

    private enum Outcome
    {
        Written,

        /// <summary>What was to be removed is not there: no change.</summary>
        NothingToDo,
        Conflict,
    }
}
