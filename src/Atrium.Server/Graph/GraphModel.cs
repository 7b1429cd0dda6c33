using System.Collections.Concurrent;
using System.Collections.Immutable;
using Atrium.Server.Resources;

namespace Atrium.Server.Graph;

/// <summary>All rows at one moment, in the order of their keys. Immutable; what was found for a condition is kept, for pages of lists and those that poll ask the same again and again.</summary>
internal sealed class GraphModel(ImmutableSortedDictionary<string, GraphRow> byKey)
{
    public static readonly GraphModel Empty = new(ImmutableSortedDictionary.Create<string, GraphRow>(StringComparer.Ordinal));

    /// <summary>The most conditions whose rows are kept: each may be as long as the model.</summary>
    private const int MostKept = 8;

    private readonly ConcurrentDictionary<string, GraphMatch> kept = [];

    /// <summary>The rows that a query's conditions mean, whoever asks. What is nested in something that has gone is not among them.</summary>
    public GraphMatch Match(GraphQuery query)
    {
        if (kept.TryGetValue(query.Condition, out var known))
        {
            return known;
        }

        var found = new List<GraphRow>();
        foreach (var (_, row) in byKey)
        {
            if (query.Fits(row) && (row.ParentKey is not { } parent || byKey.ContainsKey(parent)))
            {
                found.Add(row);
            }
        }

        var match = new GraphMatch(found, [.. found.Select(row => row.Type).Distinct()]);
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        return kept[query.Condition] = match;
    }

    public GraphModel With(Resource resource) => new(byKey.SetItem(resource.Stored.Key, GraphRow.Read(resource)));

    /// <summary>The same for many at once, without a tree for each.</summary>
    public GraphModel With(IEnumerable<Resource> resources)
    {
        var builder = byKey.ToBuilder();
        foreach (var resource in resources)
        {
            builder[resource.Stored.Key] = GraphRow.Read(resource);
        }

        return new(builder.ToImmutable());
    }

    public GraphModel Without(string key) => byKey.ContainsKey(key) ? new(byKey.Remove(key)) : this;
}

/// <summary>What a condition means.</summary>
/// <param name="Rows">In the order of their keys.</param>
/// <param name="Types">The types among them.</param>
internal sealed record GraphMatch(IReadOnlyList<GraphRow> Rows, ImmutableArray<string> Types);
