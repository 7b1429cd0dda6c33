namespace Atrium.Storage.Blobs;

/// <summary>What a list of blobs shall show.</summary>
public sealed record BlobQuery
{
    /// <summary>What names begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Names are shown up to this, once for all that share the part; null shows them whole.</summary>
    public string? Delimiter { get; init; }

    /// <summary>Where the last page ended; null for the first.</summary>
    public byte[]? Marker { get; init; }

    /// <summary>The most entries.</summary>
    public required int Take { get; init; }

    /// <summary>Snapshots too.</summary>
    public bool Snapshots { get; init; }

    /// <summary>Deleted ones too.</summary>
    public bool Deleted { get; init; }

    /// <summary>Names too of which there are only blocks that wait.</summary>
    public bool Uncommitted { get; init; }
}

/// <summary>An entry of a list.</summary>
/// <param name="Name">A blob's name, or what several names begin with.</param>
/// <param name="Blob">The blob; null for a beginning, and for blocks that wait.</param>
/// <param name="IsPrefix">Whether it is a beginning.</param>
public sealed record BlobEntry(string Name, StoredBlob? Blob, bool IsPrefix);

/// <summary>A page of a list.</summary>
/// <param name="Entries">In the order of their names.</param>
/// <param name="Next">Where the next page begins; null where there is none.</param>
public sealed record BlobPage(IReadOnlyList<BlobEntry> Entries, byte[]? Next);

/// <summary>Lists of blobs. A page costs what it shows: what lies behind a beginning that is shown is skipped, not read.</summary>
public sealed class BlobList(BlobRows rows)
{
    private const int RowsAtOnce = 500;

    /// <summary>A page of a container's blobs.</summary>
    /// <exception cref="StorageException">There is no container.</exception>
    public async Task<BlobPage> ListAsync(Guid account, string container, BlobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = await rows.DemandContainerAsync(account, container, cancellationToken);
        var blobs = new RowCursor(rows.Store, BlobKeys.Blobs(account, found.Id, query.Prefix), RowsAtOnce);
        var waiting = query.Uncommitted ? new RowCursor(rows.Store, BlobKeys.Blocks(account, found.Id, query.Prefix), RowsAtOnce) : null;
        if (query.Marker is { } marker)
        {
            var name = System.Text.Encoding.UTF8.GetString(marker);
            blobs.Seek([.. BlobKeys.Blobs(account, found.Id, "").From, .. marker]);
            waiting?.Seek(BlobKeys.Blocks(account, found.Id, name).From);
        }

        var entries = new List<BlobEntry>();
        while (await NextNameAsync(blobs, waiting, cancellationToken) is { } name)
        {
            if (entries.Count >= query.Take)
            {
                return new(entries, System.Text.Encoding.UTF8.GetBytes(name));
            }

            if (Beginning(name, query) is { } beginning)
            {
                if (await ShowsAnyAsync(blobs, waiting, beginning, query, cancellationToken))
                {
                    entries.Add(new(beginning, null, IsPrefix: true));
                }

                blobs.Seek(BlobKeys.Blobs(account, found.Id, beginning).Before);
                waiting?.Seek(BlobKeys.Blocks(account, found.Id, beginning).Before);
                continue;
            }

            await AddAsync(entries, name, blobs, waiting, query, cancellationToken);
        }

        return new(entries, null);
    }

    /// <summary>The least name under the two cursors; null at the end.</summary>
    private static async ValueTask<string?> NextNameAsync(RowCursor blobs, RowCursor? waiting, CancellationToken cancellationToken)
    {
        var blob = await blobs.PeekAsync(cancellationToken) is { } row ? BlobKeys.ReadBlob(row.Key).Name : null;
        var block = waiting is not null && await waiting.PeekAsync(cancellationToken) is { } other ? BlobKeys.ReadBlock(other.Key).Name : null;
        return blob is null ? block : block is null || Compare(blob, block) <= 0 ? blob : block;
    }

    /// <summary>All entries of one name, which may be more than fit: snapshots of a blob are not torn apart.</summary>
    private static async Task AddAsync(List<BlobEntry> entries, string name, RowCursor blobs, RowCursor? waiting, BlobQuery query, CancellationToken cancellationToken)
    {
        var hasBase = false;
        while (await blobs.PeekAsync(cancellationToken) is { } row && BlobKeys.ReadBlob(row.Key) is var key && key.Name == name)
        {
            var blob = Documents.ReadBlob(row.Value, key.Snapshot);
            hasBase |= blob is { Snapshot: 0, IsDeleted: false };
            if (IsShown(blob, query))
            {
                entries.Add(new(name, blob, IsPrefix: false));
            }

            blobs.Move();
        }

        if (waiting is not null && await waiting.PeekAsync(cancellationToken) is { } block && BlobKeys.ReadBlock(block.Key).Name == name)
        {
            if (!hasBase)
            {
                entries.Add(new(name, null, IsPrefix: false));
            }

            waiting.Seek([.. block.Key.AsSpan(0, block.Key.Length - BlobKeys.ReadBlock(block.Key).Block.Length - 1), 1]);
        }
    }

    /// <summary>Whether anything that begins so would be shown: a beginning of deleted blobs alone is not.</summary>
    private static async ValueTask<bool> ShowsAnyAsync(RowCursor blobs, RowCursor? waiting, string beginning, BlobQuery query, CancellationToken cancellationToken)
    {
        while (await blobs.PeekAsync(cancellationToken) is { } row && BlobKeys.ReadBlob(row.Key) is var key && key.Name.StartsWith(beginning, StringComparison.Ordinal))
        {
            if (IsShown(Documents.ReadBlob(row.Value, key.Snapshot), query))
            {
                return true;
            }

            blobs.Move();
        }

        return waiting is not null && await waiting.PeekAsync(cancellationToken) is { } block && BlobKeys.ReadBlock(block.Key).Name.StartsWith(beginning, StringComparison.Ordinal);
    }

    private static bool IsShown(StoredBlob blob, BlobQuery query) => (query.Deleted || !blob.IsDeleted) && (query.Snapshots || blob.Snapshot == 0 || (query.Deleted && blob.IsDeleted));

    private static string? Beginning(string name, BlobQuery query) =>
        query.Delimiter is { Length: > 0 } delimiter && name.IndexOf(delimiter, query.Prefix.Length, StringComparison.Ordinal) is >= 0 and var at ? name[..(at + delimiter.Length)] : null;

    private static int Compare(string left, string right) =>
        System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));
}
