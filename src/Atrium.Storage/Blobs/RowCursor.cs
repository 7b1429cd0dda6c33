using Atrium.Persistence.Rows;

namespace Atrium.Storage.Blobs;

/// <summary>Walks a range of rows, a page at a time, and can jump ahead.</summary>
internal sealed class RowCursor(IRowStore rows, RowRange range, int pageSize)
{
    private const int FirstPage = 16;
    private IReadOnlyList<StoredRow> page = [];
    private int at;
    private int size = FirstPage;
    private bool isLast;
    private RowRange rest = range;

    /// <summary>The row under the cursor; null at the end.</summary>
    public async ValueTask<StoredRow?> PeekAsync(CancellationToken cancellationToken)
    {
        if (at < page.Count)
        {
            return page[at];
        }

        if (isLast)
        {
            return null;
        }

        page = await rows.ListAsync(rest, size, cancellationToken);
        isLast = page.Count < size;
        at = 0;

        // A cursor that jumps a lot reads little at a time; one that walks reads more and more.
        size = Math.Min(pageSize, size * 2);
        rest = page.Count > 0 ? rest.After(page[^1].Key) : rest;
        return page.Count > 0 ? page[0] : null;
    }

    public void Move() => at++;

    /// <summary>On to the first row with this key or a greater one; never back.</summary>
    public void Seek(byte[] key)
    {
        while (at < page.Count && page[at].Key.AsSpan().SequenceCompareTo(key) < 0)
        {
            at++;
        }

        if (at < page.Count || isLast)
        {
            return;
        }

        if (key.AsSpan().SequenceCompareTo(rest.From) > 0)
        {
            rest = rest with { From = key };
            size = FirstPage;
        }
    }
}
