namespace Atrium.Persistence.Sql;

/// <summary>What a commit must be before it is tried. Pure.</summary>
internal static class CommitRules
{
    /// <summary>Refuses what no database could keep, or what has no one meaning.</summary>
    /// <exception cref="ArgumentException">With the first mistake.</exception>
    public static void Check(Commit commit)
    {
        foreach (var write in commit.Resources)
        {
            StoreLimits.CheckKey(write.Key, nameof(commit));
            StoreLimits.CheckType(write.Type, nameof(commit));
            if (write.Resource is { } resource && (resource.Key != write.Key || resource.Type != write.Type))
            {
                throw new ArgumentException($"The write of '{write.Key}' ({write.Type}) carries '{resource.Key}' ({resource.Type}).", nameof(commit));
            }

            if (write.Resource?.Link is { } link)
            {
                StoreLimits.CheckKey(link, nameof(commit));
            }
        }

        foreach (var secret in commit.Secrets)
        {
            StoreLimits.CheckKey(secret.ResourceKey, nameof(commit));
            StoreLimits.CheckName(secret.Name, nameof(commit));
        }

        foreach (var operation in commit.Operations)
        {
            StoreLimits.CheckName(operation.Id, nameof(commit));
        }

        foreach (var row in commit.Activity)
        {
            StoreLimits.CheckKey(row.ResourceId, nameof(commit));
        }

        RefuseTwice(commit.Resources.Select(write => write.Key));
        RefuseTwice(commit.Secrets.Select(secret => (secret.ResourceKey, secret.Name)));
        RefuseTwice(commit.Operations.Select(operation => operation.Id));
    }

    private static void RefuseTwice<T>(IEnumerable<T> keys)
    {
        var seen = new HashSet<T>();
        foreach (var key in keys)
        {
            if (!seen.Add(key))
            {
                throw new ArgumentException($"'{key}' stands twice in one commit.");
            }
        }
    }
}
