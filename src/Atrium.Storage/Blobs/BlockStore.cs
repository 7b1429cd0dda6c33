namespace Atrium.Storage.Blobs;

/// <summary>Which blocks a list means by an id.</summary>
public enum BlockSource
{
    /// <summary>Those of the blob as it is.</summary>
    Committed,

    /// <summary>Those that wait.</summary>
    Uncommitted,

    /// <summary>One that waits, else one of the blob.</summary>
    Latest,
}

/// <summary>A block that a new list names.</summary>
public sealed record BlockChoice(byte[] Id, BlockSource Source);

/// <summary>A block as it is shown.</summary>
public sealed record BlockView(byte[] Id, long Length);

/// <summary>Blocks: staged one by one, by many callers at once, and put together to a blob.</summary>
public sealed class BlockStore(BlobRows rows, BlobStore blobs)
{
    /// <summary>A list names at most so many.</summary>
    public const int MostBlocks = 50_000;

    /// <summary>An id has at most so many bytes.</summary>
    public const int LongestId = 64;

    /// <summary>So many may wait under one name.</summary>
    private const int MostWaiting = 100_000;

    /// <summary>Lets a block wait. One that waits under the same id gives way.</summary>
    public Task StageAsync(BlobAddress at, byte[] id, Upload upload, string? leaseId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(upload);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var container = await transaction.DemandContainerAsync(at.Container);
                var blob = await transaction.FindAnyAsync(container.Id, at.Name);
                if (blob is { IsDeleted: false })
                {
                    LeaseRules.DemandWrite(blob.Lease, leaseId, "Blob", transaction.Now);
                    Demand(blob);
                }

                var key = BlobKeys.OfBlock(at.Account, container.Id, at.Name, id);
                await DemandSameLengthAsync(transaction, at, container.Id, id);
                if (await transaction.Rows.FindAsync(key, transaction.Cancel) is { } value)
                {
                    var had = Documents.ReadBlock(value);
                    await transaction.ReleasePieceAsync(had.Id, had.IsRow);
                }

                await transaction.KeepAsync(upload.Id.Value, upload.IsRow, upload.Row);
                await transaction.Rows.PutAsync(key, Documents.Write(new StoredBlock(upload.Id.Value, upload.Length, upload.IsRow, transaction.Now.UtcTicks)), transaction.Cancel);
                return 0;
            },
            cancellationToken);
    }

    /// <summary>Makes a blob of these blocks, in this order. Blocks that waited and are not named go.</summary>
    /// <exception cref="StorageException">A block is not there.</exception>
    public Task<StoredBlob> CommitAsync(BlobAddress at, IReadOnlyList<BlockChoice> choices, BlobWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return blobs.ReplaceAsync(
            at,
            write,
            async (transaction, container, before) =>
            {
                if (before is not null)
                {
                    Demand(before);
                }

                var waiting = await WaitingAsync(transaction, at, container.Id);
                var committed = before is null ? [] : ById(await PiecesAsync(transaction, before));
                var pieces = choices.Select(choice => Find(choice, waiting, committed)).ToList();
                if (pieces.Count == 0)
                {
                    return (BlobKind.Block, null, 0L);
                }

                // Whoever is named keeps its bytes: what waited loses its row only, what the blob had gets one who refers to it more, and so has what is named twice.
                var taken = new HashSet<Guid>();
                foreach (var piece in pieces)
                {
                    if (!waiting.ContainsKey(Hex(piece.Block)) || waiting[Hex(piece.Block)].Id != piece.Id || !taken.Add(piece.Id))
                    {
                        await transaction.ShareAsync(piece.Id);
                    }
                }

                foreach (var piece in waiting.Values.Where(p => taken.Contains(p.Id)))
                {
                    await transaction.Rows.RemoveAsync(BlobKeys.OfBlock(at.Account, container.Id, at.Name, piece.Block), transaction.Cancel);
                }

                return (BlobKind.Block, await transaction.WriteListAsync(pieces), pieces.Sum(p => p.Length));
            },
            cancellationToken);
    }

    /// <summary>The blocks of a blob and those that wait.</summary>
    public async Task<(StoredBlob? Blob, IReadOnlyList<BlockView> Committed, IReadOnlyList<BlockView> Waiting)> ListAsync(BlobAddress at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        var container = await rows.DemandContainerAsync(at.Account, at.Container, cancellationToken);
        var blob = await rows.FindBlobAsync(at, container.Id, cancellationToken);
        var waiting = at.Snapshot != 0 ? [] : (await rows.Store.ListAsync(BlobKeys.BlocksOf(at.Account, container.Id, at.Name), MostWaiting, cancellationToken))
            .Select(row => new BlockView(BlobKeys.ReadBlock(row.Key).Block, Documents.ReadBlock(row.Value).Length)).ToList();
        if (blob is null && waiting.Count == 0)
        {
            throw StorageFaults.NoBlob();
        }

        if (blob is not null)
        {
            Demand(blob);
        }

        var committed = blob?.Content is not { IsList: true } list ? [] : (await rows.Store.ListAsync(BlobKeys.ListOf(at.Account, list.Id), int.MaxValue, cancellationToken))
            .SelectMany(row => PieceList.Read(row.Value)).Select(piece => new BlockView(piece.Block, piece.Length)).ToList();
        return (blob, committed, waiting);
    }

    private static void Demand(StoredBlob blob)
    {
        if (blob.Kind != BlobKind.Block)
        {
            throw StorageFaults.WrongKind();
        }
    }

    /// <summary>All ids of a blob have one length.</summary>
    private static async ValueTask DemandSameLengthAsync(BlobTransaction transaction, BlobAddress at, Guid container, byte[] id)
    {
        if (await transaction.Rows.ListAsync(BlobKeys.BlocksOf(at.Account, container, at.Name), 1, transaction.Cancel) is [var first] && BlobKeys.ReadBlock(first.Key).Block.Length != id.Length)
        {
            throw new StorageException("InvalidBlobOrBlock", "The specified blob or block content is invalid: all block ids of a blob must have the same length.");
        }
    }

    private static async ValueTask<Dictionary<string, Piece>> WaitingAsync(BlobTransaction transaction, BlobAddress at, Guid container)
    {
        var waiting = await transaction.Rows.ListAsync(BlobKeys.BlocksOf(at.Account, container, at.Name), MostWaiting, transaction.Cancel);
        return ById(waiting.Select(row => (BlobKeys.ReadBlock(row.Key).Block, Block: Documents.ReadBlock(row.Value)))
            .Select(found => new Piece(found.Block.Id, found.Block.Length, found.Block.IsRow, found.Item1)));
    }

    private static async ValueTask<IEnumerable<Piece>> PiecesAsync(BlobTransaction transaction, StoredBlob blob) =>
        blob.Content is { IsList: true } list ? await transaction.ReadListAsync(list.Id) : [];

    private static Piece Find(BlockChoice choice, Dictionary<string, Piece> waiting, Dictionary<string, Piece> committed)
    {
        var id = Hex(choice.Id);
        var found = choice.Source == BlockSource.Committed ? null : waiting.GetValueOrDefault(id);
        found ??= choice.Source == BlockSource.Uncommitted ? null : committed.GetValueOrDefault(id);
        return found ?? throw new StorageException("InvalidBlockList", "The specified block list is invalid: it names a block that is not there.");
    }

    /// <summary>The first of each id: what is named twice in a list is one block.</summary>
    private static Dictionary<string, Piece> ById(IEnumerable<Piece> pieces)
    {
        var byId = new Dictionary<string, Piece>(StringComparer.Ordinal);
        foreach (var piece in pieces)
        {
            byId.TryAdd(Hex(piece.Block), piece);
        }

        return byId;
    }

    private static string Hex(byte[] id) => Convert.ToHexString(id);
}
