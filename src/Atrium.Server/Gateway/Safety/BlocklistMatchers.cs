using System.Collections.Concurrent;
using Atrium.Inference.Blocklists;

namespace Atrium.Server.Gateway.Safety;

/// <summary>The matcher of each list, made at its first use and again when the list has another version.</summary>
internal sealed class BlocklistMatchers(BlocklistStore store)
{
    /// <summary>A matcher of 10,000 items takes some megabytes.</summary>
    private const int MostKept = 50;

    private readonly ConcurrentDictionary<string, (long Version, BlocklistMatcher Matcher)> made = new();

    public async ValueTask<BlocklistMatcher> GetAsync(Blocklist list, CancellationToken cancellationToken)
    {
        if (made.TryGetValue(list.Id.Key, out var found) && found.Version == list.Version)
        {
            return found.Matcher;
        }

        var terms = new List<BlockedTerm>();
        await foreach (var (id, item) in store.AllItemsAsync(list, cancellationToken))
        {
            terms.Add(new(id, item.Text, item.IsRegex));
        }

        if (made.Count >= MostKept)
        {
            made.Clear();
        }

        // The items may be newer than the version: then it is made once more when the newer version comes.
        var matcher = new BlocklistMatcher(terms);
        made[list.Id.Key] = (list.Version, matcher);
        return matcher;
    }
}
