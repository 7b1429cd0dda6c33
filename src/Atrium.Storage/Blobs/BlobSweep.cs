using Atrium.Persistence.Rows;
using Atrium.Storage.Contents;

namespace Atrium.Storage.Blobs;

/// <summary>
/// Takes away what nobody can have any more: deleted blobs and containers whose time is over, bytes that nothing refers to, blocks that were never put together,
/// bytes of uploads that never ended. Each step may be cut off and run again.
/// </summary>
public sealed class BlobSweep(BlobRows rows, IContentStore contents, ReadGate gate, TimeSpan grace)
{
    private const int AtOnce = 100;
    private static readonly TimeSpan BlockLife = TimeSpan.FromDays(7);

    /// <summary>An upload that began longer ago has ended or never will.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    /// <summary>The accounts of which there is anything.</summary>
    public async Task<IReadOnlyList<Guid>> AccountsAsync(CancellationToken cancellationToken)
    {
        var accounts = new List<Guid>();
        byte[] from = [0];
        while (await rows.Store.ListAsync(new(from, [byte.MaxValue, .. Guid.AllBitsSet.ToByteArray()]), 1, cancellationToken) is [var row])
        {
            accounts.Add(new Guid(row.Key.AsSpan(0, 16), bigEndian: true));
            from = RowKeys.Next(row.Key.AsSpan(0, 16));
        }

        return accounts;
    }

    /// <summary>One account's round.</summary>
    public async Task RunAsync(Guid account, CancellationToken cancellationToken)
    {
        await ExpireBlobsAsync(account, cancellationToken);
        await PurgeContainersAsync(account, cancellationToken);
        await CollectAsync(account, rows.Clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Blocks that have waited too long. Reads every block, so it is not for every round.</summary>
    public async Task ForgetBlocksAsync(Guid account, CancellationToken cancellationToken)
    {
        var before = rows.Clock.GetUtcNow().Subtract(BlockLife).UtcTicks;
        var cursor = new RowCursor(rows.Store, BlobKeys.AllBlocks(account), AtOnce);
        while (await cursor.PeekAsync(cancellationToken) is { } row)
        {
            cursor.Move();
            if (Documents.ReadBlock(row.Value).Created < before)
            {
                await rows.WriteAsync(
                    account,
                    async transaction =>
                    {
                        if (await transaction.Rows.FindAsync(row.Key, transaction.Cancel) is { } value && Documents.ReadBlock(value) is var block && block.Created < before)
                        {
                            await transaction.Rows.RemoveAsync(row.Key, transaction.Cancel);
                            await transaction.ReleasePieceAsync(block.Id, block.IsRow);
                        }

                        return 0;
                    },
                    cancellationToken);
            }
        }
    }

    /// <summary>Bytes that no row knows, left by uploads that a crash cut off. Reads the whole content store, so it is not for every round.</summary>
    public async Task CollectOrphansAsync(CancellationToken cancellationToken)
    {
        var before = rows.Clock.GetUtcNow() - LongestUpload;
        await foreach (var id in contents.ListAsync(cancellationToken))
        {
            if (id.CreatedAt < before && await rows.Store.FindAsync(BlobKeys.OfPiece(id.Account, id.Value), cancellationToken) is null)
            {
                await contents.DeleteAsync(id, cancellationToken);
            }
        }
    }

    /// <summary>Takes an account away with everything in it.</summary>
    public async Task PurgeAccountAsync(Guid account, CancellationToken cancellationToken)
    {
        await rows.WriteAsync(
            account,
            async transaction =>
            {
                foreach (var row in await transaction.Rows.ListAsync(BlobKeys.Containers(account, ""), int.MaxValue, transaction.Cancel))
                {
                    var container = Documents.ReadContainer(row.Value);
                    await transaction.Rows.RemoveAsync(row.Key, transaction.Cancel);
                    await transaction.Rows.PutAsync(
                        BlobKeys.OfDeletedContainer(account, container.Id), Documents.Write(container with { Deleted = transaction.Now.UtcTicks, PurgeAt = transaction.Now.UtcTicks }), transaction.Cancel);
                }

                return 0;
            },
            cancellationToken);
        await PurgeContainersAsync(account, cancellationToken, isForGood: true);
        await CollectAsync(account, DateTimeOffset.MaxValue, cancellationToken);
        await rows.WriteAsync(account, async transaction => await transaction.Rows.RemoveAsync(BlobKeys.Everything(account), transaction.Cancel), cancellationToken);
    }

    private async Task ExpireBlobsAsync(Guid account, CancellationToken cancellationToken)
    {
        while (await rows.Store.ListAsync(BlobKeys.ExpiredBefore(account, rows.Clock.GetUtcNow().UtcTicks), AtOnce, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                var key = BlobKeys.ReadExpiry(account, row.Key);
                await rows.WriteAsync(account, transaction => RemoveAsync(transaction, key, row.Key), cancellationToken);
            }
        }
    }

    private static async ValueTask<int> RemoveAsync(BlobTransaction transaction, byte[] key, byte[] expiry)
    {
        var (name, snapshot) = BlobKeys.ReadBlob(key);
        if (await transaction.Rows.FindAsync(key, transaction.Cancel) is { } value && Documents.ReadBlob(value, snapshot) is var blob && blob.IsDeleted && blob.PurgeAt <= transaction.Now.UtcTicks)
        {
            await transaction.RemoveAsync(BlobKeys.ContainerIdOf(key), name, blob);
        }

        await transaction.Rows.RemoveAsync(expiry, transaction.Cancel);
        return 0;
    }

    private async Task PurgeContainersAsync(Guid account, CancellationToken cancellationToken, bool isForGood = false)
    {
        var now = rows.Clock.GetUtcNow().UtcTicks;
        foreach (var row in await rows.Store.ListAsync(BlobKeys.DeletedContainers(account), int.MaxValue, cancellationToken))
        {
            var container = Documents.ReadContainer(row.Value);
            if (!isForGood && container.PurgeAt > now)
            {
                continue;
            }

            while (await rows.WriteAsync(account, transaction => RemoveSomeAsync(transaction, account, container.Id), cancellationToken))
            {
            }

            await rows.WriteAsync(account, async transaction => await transaction.Rows.RemoveAsync(row.Key, transaction.Cancel), cancellationToken);
        }
    }

    private static async ValueTask<bool> RemoveSomeAsync(BlobTransaction transaction, Guid account, Guid container)
    {
        var blobs = await transaction.Rows.ListAsync(BlobKeys.BlobsOf(account, container), AtOnce, transaction.Cancel);
        foreach (var row in blobs)
        {
            var (name, snapshot) = BlobKeys.ReadBlob(row.Key);
            await transaction.RemoveAsync(container, name, Documents.ReadBlob(row.Value, snapshot));
        }

        var blocks = await transaction.Rows.ListAsync(BlobKeys.BlocksOf(account, container), AtOnce, transaction.Cancel);
        foreach (var row in blocks)
        {
            var block = Documents.ReadBlock(row.Value);
            await transaction.Rows.RemoveAsync(row.Key, transaction.Cancel);
            await transaction.ReleasePieceAsync(block.Id, block.IsRow);
        }

        return blobs.Count + blocks.Count > 0;
    }

    /// <summary>What became garbage before anybody who reads now had begun, and a while ago: a transaction takes a moment from its time to its end.</summary>
    private async Task CollectAsync(Guid account, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var before = until == DateTimeOffset.MaxValue ? until.UtcTicks : Math.Min(gate.Oldest(), until.UtcTicks) - grace.Ticks;
        while (await rows.Store.ListAsync(BlobKeys.GarbageBefore(account, before), AtOnce, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                var id = BlobKeys.ReadGarbage(row.Key);
                if (row.Value is [BlobTransaction.GarbageList])
                {
                    while (await rows.WriteAsync(account, transaction => ReleaseChunkAsync(transaction, account, id), cancellationToken))
                    {
                    }
                }
                else
                {
                    await contents.DeleteAsync(new(account, id), cancellationToken);
                }

                await rows.WriteAsync(
                    account,
                    async transaction =>
                    {
                        await transaction.Rows.RemoveAsync(BlobKeys.OfPiece(account, id), transaction.Cancel);
                        return await transaction.Rows.RemoveAsync(row.Key, transaction.Cancel);
                    },
                    cancellationToken);
            }
        }
    }

    private static async ValueTask<bool> ReleaseChunkAsync(BlobTransaction transaction, Guid account, Guid list)
    {
        if (await transaction.Rows.ListAsync(BlobKeys.ListOf(account, list), 1, transaction.Cancel) is not [var chunk])
        {
            return false;
        }

        foreach (var piece in PieceList.Read(chunk.Value))
        {
            await transaction.ReleasePieceAsync(piece.Id, piece.IsRow);
        }

        await transaction.Rows.RemoveAsync(chunk.Key, transaction.Cancel);
        return true;
    }
}
