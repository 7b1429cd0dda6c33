using System.Buffers.Binary;
using Atrium.Persistence.Rows;
using Atrium.Storage.Contents;

namespace Atrium.Storage.Blobs;

/// <summary>The rows of one account inside a transaction: what refers to what is kept right here and nowhere else.</summary>
internal sealed class BlobTransaction(IRowWriter rows, Guid account, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>The kinds of garbage.</summary>
    public const byte GarbagePiece = 1;

    public const byte GarbageList = 2;

    public DateTimeOffset Now => now;

    public IRowWriter Rows => rows;

    public CancellationToken Cancel => cancellationToken;

    public async ValueTask<ServiceSettings> SettingsAsync() =>
        await rows.FindSharedAsync(BlobKeys.OfService(account), cancellationToken) is { } value ? Documents.ReadSettings(value) : new();

    /// <summary>The container, which others may look at meanwhile.</summary>
    /// <exception cref="StorageException">It is not there.</exception>
    public async ValueTask<StoredContainer> DemandContainerAsync(string name) =>
        await rows.FindSharedAsync(BlobKeys.OfContainer(account, name), cancellationToken) is { } value ? Documents.ReadContainer(value) : throw StorageFaults.NoContainer();

    /// <summary>The container, to be changed.</summary>
    public async ValueTask<StoredContainer?> FindContainerAsync(string name) =>
        await rows.FindAsync(BlobKeys.OfContainer(account, name), cancellationToken) is { } value ? Documents.ReadContainer(value) : null;

    /// <summary>What is there under the name, also a deleted one.</summary>
    public async ValueTask<StoredBlob?> FindAnyAsync(Guid container, string name, long snapshot = 0) =>
        await rows.FindAsync(KeyOf(container, name, snapshot), cancellationToken) is { } value ? Documents.ReadBlob(value, snapshot) : null;

    /// <summary>The later of now and just behind the tag that is there, so that no two states have one tag.</summary>
    public long NewETag(long before) => Math.Max(now.UtcTicks, before + 1);

    /// <summary>Writes a blob's row, its tags and its time of going.</summary>
    /// <param name="container">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="before">What is in that row now; null for nothing.</param>
    /// <param name="after">What shall be.</param>
    public async ValueTask WriteAsync(Guid container, string name, StoredBlob? before, StoredBlob after)
    {
        var key = KeyOf(container, name, after.Snapshot);
        if (after.Snapshot == 0)
        {
            await RetagAsync(container, name, before is { IsDeleted: false } ? before.Tags : null, after.IsDeleted ? null : after.Tags);
        }

        if (before?.PurgeAt != after.PurgeAt)
        {
            await MoveExpiryAsync(key, before?.PurgeAt ?? 0, after.PurgeAt);
        }

        await (before is null ? rows.AddAsync(key, Documents.Write(after), cancellationToken) : rows.PutAsync(key, Documents.Write(after), cancellationToken));
    }

    /// <summary>Takes a row away; its content too, unless somebody else refers to it.</summary>
    public async ValueTask RemoveAsync(Guid container, string name, StoredBlob blob, bool keepsContent = false)
    {
        var key = KeyOf(container, name, blob.Snapshot);
        if (blob is { Snapshot: 0, IsDeleted: false })
        {
            await RetagAsync(container, name, blob.Tags, null);
        }

        await MoveExpiryAsync(key, blob.PurgeAt, 0);
        await rows.RemoveAsync(key, cancellationToken);
        if (!keepsContent)
        {
            await ReleaseAsync(blob.Content);
        }
    }

    /// <summary>Adds one who refers to the content.</summary>
    public async ValueTask ShareAsync(Guid content)
    {
        var key = BlobKeys.OfReferences(account, content);
        var count = await rows.FindAsync(key, cancellationToken) is { } value ? BinaryPrimitives.ReadInt32BigEndian(value) : 1;
        await rows.PutAsync(key, Count(count + 1), cancellationToken);
    }

    public ValueTask ReleaseAsync(StoredContent? content) => content switch
    {
        null => ValueTask.CompletedTask,
        { IsList: true } => ReleaseAsync(content.Id, GarbageList),
        _ => ReleasePieceAsync(content.Id, content.IsRow),
    };

    /// <summary>Takes away one who refers to the piece; the last one takes the piece along.</summary>
    public async ValueTask ReleasePieceAsync(Guid piece, bool isRow)
    {
        if (!isRow)
        {
            await ReleaseAsync(piece, GarbagePiece);
        }
        else if (await IsLastAsync(piece))
        {
            await rows.RemoveAsync(BlobKeys.OfInline(account, piece), cancellationToken);
        }
    }

    /// <summary>Writes down a piece that lies in the content store, so that it is known to be in use.</summary>
    public async ValueTask KeepAsync(Guid piece, bool isRow, byte[]? bytes)
    {
        if (isRow)
        {
            await rows.PutAsync(BlobKeys.OfInline(account, piece), bytes!, cancellationToken);
        }
        else
        {
            await rows.PutAsync(BlobKeys.OfPiece(account, piece), [], cancellationToken);
        }
    }

    /// <summary>Writes a new list, whose id says as that of a piece does whether its bytes are sealed.</summary>
    public async ValueTask<StoredContent> WriteListAsync(IReadOnlyList<Piece> pieces)
    {
        var isSealed = pieces.All(piece => new ContentId(account, piece.Id).IsSealed);
        var id = (isSealed ? ContentId.NewSealed(account, now) : ContentId.New(account, now)).Value;
        foreach (var (chunk, number) in pieces.Chunk(PieceList.PiecesPerRow).Select((chunk, number) => (chunk, number)))
        {
            await rows.PutAsync(BlobKeys.OfList(account, id, number), PieceList.Write(chunk), cancellationToken);
        }

        return new(id, IsList: true, Parts: pieces.Count);
    }

    /// <summary>Adds a piece at the end of a list, which is in nobody else's hands.</summary>
    public async ValueTask<StoredContent> AppendAsync(StoredContent? list, Piece piece)
    {
        if (list is null)
        {
            return await WriteListAsync([piece]);
        }

        var key = BlobKeys.OfList(account, list.Id, list.Parts / PieceList.PiecesPerRow);
        var had = list.Parts % PieceList.PiecesPerRow == 0 ? [] : await rows.FindAsync(key, cancellationToken) ?? [];
        await rows.PutAsync(key, [.. had, .. PieceList.Write([piece])], cancellationToken);
        return list with { Parts = list.Parts + 1 };
    }

    public async ValueTask<List<Piece>> ReadListAsync(Guid list)
    {
        var pieces = new List<Piece>();
        foreach (var row in await rows.ListAsync(BlobKeys.ListOf(account, list), int.MaxValue, cancellationToken))
        {
            pieces.AddRange(PieceList.Read(row.Value));
        }

        return pieces;
    }

    /// <summary>Takes away the blocks that wait under a name, but for those that are kept.</summary>
    public async ValueTask DropBlocksAsync(Guid container, string name, IReadOnlySet<Guid>? kept = null)
    {
        var range = BlobKeys.BlocksOf(account, container, name);
        foreach (var row in await rows.ListAsync(range, int.MaxValue, cancellationToken))
        {
            var block = Documents.ReadBlock(row.Value);
            await rows.RemoveAsync(row.Key, cancellationToken);
            if (kept?.Contains(block.Id) != true)
            {
                await ReleasePieceAsync(block.Id, block.IsRow);
            }
        }
    }

    public static byte[] KeyIn(Guid account, Guid container, string name, long snapshot) =>
        snapshot == 0 ? BlobKeys.OfBlob(account, container, name) : BlobKeys.OfSnapshot(account, container, name, snapshot);

    private byte[] KeyOf(Guid container, string name, long snapshot) => KeyIn(account, container, name, snapshot);

    private async ValueTask ReleaseAsync(Guid content, byte kind)
    {
        if (await IsLastAsync(content))
        {
            await rows.PutAsync(BlobKeys.OfGarbage(account, now.UtcTicks, content), [kind], cancellationToken);
        }
    }

    /// <summary>Whether nobody else refers to it; otherwise counts one less.</summary>
    private async ValueTask<bool> IsLastAsync(Guid content)
    {
        var key = BlobKeys.OfReferences(account, content);
        if (await rows.FindAsync(key, cancellationToken) is not { } value)
        {
            return true;
        }

        var left = BinaryPrimitives.ReadInt32BigEndian(value) - 1;
        await (left > 1 ? rows.PutAsync(key, Count(left), cancellationToken) : RemoveRowAsync(key));
        return false;
    }

    private async ValueTask RemoveRowAsync(byte[] key) => await rows.RemoveAsync(key, cancellationToken);

    private async ValueTask RetagAsync(Guid container, string name, IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string>? after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach (var (key, value) in before ?? new Dictionary<string, string>())
        {
            if (after?.TryGetValue(key, out var kept) != true || kept != value)
            {
                await rows.RemoveAsync(BlobKeys.OfTag(account, key, value, container, name), cancellationToken);
            }
        }

        foreach (var (key, value) in after ?? new Dictionary<string, string>())
        {
            await rows.PutAsync(BlobKeys.OfTag(account, key, value, container, name), [], cancellationToken);
        }
    }

    private async ValueTask MoveExpiryAsync(byte[] blobKey, long before, long after)
    {
        if (before != 0)
        {
            await rows.RemoveAsync(BlobKeys.OfExpiry(account, before, blobKey), cancellationToken);
        }

        if (after != 0)
        {
            await rows.PutAsync(BlobKeys.OfExpiry(account, after, blobKey), [], cancellationToken);
        }
    }

    private static byte[] Count(int count)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, count);
        return bytes;
    }
}
