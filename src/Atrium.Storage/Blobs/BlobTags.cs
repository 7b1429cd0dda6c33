using Atrium.Persistence.Rows;

namespace Atrium.Storage.Blobs;

/// <summary>A blob that was found by its tags.</summary>
public sealed record TaggedBlob(string Container, string Name, IReadOnlyDictionary<string, string> Tags);

/// <summary>Finds blobs by their tags, by an index that is written with the blobs.</summary>
public sealed class BlobTags(BlobRows rows)
{
    private const int RowsAtOnce = 500;
    private const string ContainerKey = "@container";

    /// <summary>A page of what an expression finds, in the order of the first tag's value.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="expression">Comparisons that must all hold.</param>
    /// <param name="container">Only in this one; null for all.</param>
    /// <param name="marker">Where the last page ended.</param>
    /// <param name="take">The most.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<(IReadOnlyList<TaggedBlob> Found, byte[]? Next)> FindAsync(
        Guid account, TagExpression expression, string? container, byte[]? marker, int take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var terms = expression.Terms.Where(t => t.Key != ContainerKey).ToList();
        if (!expression.IsConjunction || terms.Count == 0 || expression.Terms.Any(t => t.Sign == "<>"))
        {
            throw new StorageException("InvalidQueryParameterValue", "'where' must hold comparisons (=, >, >=, <, <=) with at least one tag, joined by AND.");
        }

        var only = expression.Terms.Where(t => t.Key == ContainerKey).ToList();
        var names = new Dictionary<Guid, string>();
        await foreach (var known in ContainersAsync(account, cancellationToken))
        {
            if ((container is null || known.Name == container) && only.All(t => t.Holds(known.Name)))
            {
                names[known.Id] = known.Name;
            }
        }

        // An exact value is the narrowest way in.
        var by = terms.Find(t => t.Sign == "=") ?? terms[0];
        var range = by.Sign == "=" ? RowRange.Of(BlobKeys.Tagged(account, by.Key, by.Value)) : BlobKeys.TaggedWith(account, by.Key);
        var cursor = new RowCursor(rows.Store, marker is null ? range : range with { From = marker }, RowsAtOnce);
        var found = new List<TaggedBlob>();
        while (await cursor.PeekAsync(cancellationToken) is { } row)
        {
            if (found.Count >= take)
            {
                return (found, row.Key);
            }

            var (value, id, name) = BlobKeys.ReadTag(row.Key);
            cursor.Move();
            if (by.Holds(value) && names.TryGetValue(id, out var place)
                && await rows.FindBlobAsync(new(account, place, name), id, cancellationToken) is { Tags: { } tags } && expression.Matches(tags))
            {
                found.Add(new(place, name, tags));
            }
        }

        return (found, null);
    }

    private async IAsyncEnumerable<StoredContainer> ContainersAsync(Guid account, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = new RowCursor(rows.Store, BlobKeys.Containers(account, ""), RowsAtOnce);
        while (await cursor.PeekAsync(cancellationToken) is { } row)
        {
            yield return Documents.ReadContainer(row.Value);
            cursor.Move();
        }
    }
}
