using Atrium.Persistence.Rows;
using Atrium.Storage.Blobs;

namespace Atrium.Storage.Files;

/// <summary>Shares of an account. The files of each are plain files in a folder of their own.</summary>
public sealed class FileShares(IRowStore rows, FileFolders folders, TimeProvider clock)
{
    /// <summary>GiB of a share that says nothing.</summary>
    public const int UsualQuota = 102_400;

    /// <summary>The account's settings.</summary>
    public async ValueTask<FileSettings> SettingsAsync(Guid account, CancellationToken cancellationToken) =>
        await rows.FindAsync(FileKeys.OfService(account), cancellationToken) is { } value ? FileDocuments.ReadSettings(value) : new(0, null);

    /// <summary>Changes the account's settings.</summary>
    public async Task SetSettingsAsync(Guid account, Func<FileSettings, FileSettings> change, CancellationToken cancellationToken) => await rows.WriteAsync(
        async (writer, token) =>
        {
            var had = await writer.FindAsync(FileKeys.OfService(account), token);
            await writer.PutAsync(FileKeys.OfService(account), FileDocuments.Write(change(had is null ? new(0, null) : FileDocuments.ReadSettings(had))), token);
            return 0;
        },
        cancellationToken);

    /// <summary>Makes one.</summary>
    /// <exception cref="StorageException">One of that name is there.</exception>
    public async Task<StoredShare> CreateAsync(Guid account, string name, int? quota, string? tier, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        if (await FindAsync(account, name, cancellationToken) is not null)
        {
            throw Taken();
        }

        var now = clock.GetUtcNow();
        var share = new StoredShare { Id = Guid.CreateVersion7(now), Name = name, ETag = now.UtcTicks, Modified = now.UtcTicks, Quota = quota ?? UsualQuota, Tier = tier, Metadata = metadata };

        // The folder is there before anybody can be told of the share. Of one that then loses its name to another nothing is left but an empty folder, which is swept.
        folders.Make(account, share);
        return await rows.WriteAsync(
            async (writer, token) =>
            {
                if (await writer.FindAsync(FileKeys.OfShare(account, name), token) is not null)
                {
                    throw Taken();
                }

                await writer.AddAsync(FileKeys.OfShare(account, name), FileDocuments.Write(share), token);
                return share;
            },
            cancellationToken);
    }

    /// <summary>The share of a name; null where there is none.</summary>
    public async ValueTask<StoredShare?> FindAsync(Guid account, string name, CancellationToken cancellationToken) =>
        await rows.FindAsync(FileKeys.OfShare(account, name), cancellationToken) is { } value ? FileDocuments.ReadShare(value) : null;

    /// <summary>A page of the live ones in the order of their names, behind <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<StoredShare>> ListAsync(Guid account, string prefix, string? after, int take, CancellationToken cancellationToken)
    {
        var range = FileKeys.Shares(account, prefix);
        if (after is not null && FileKeys.OfShare(account, after) is var key && key.AsSpan().SequenceCompareTo(range.From) >= 0)
        {
            range = range.After(key);
        }

        return [.. (await rows.ListAsync(range, take, cancellationToken)).Select(row => FileDocuments.ReadShare(row.Value))];
    }

    /// <summary>Those that were deleted and can be had back.</summary>
    public async Task<IReadOnlyList<StoredShare>> ListDeletedAsync(Guid account, CancellationToken cancellationToken) =>
        [.. (await rows.ListAsync(FileKeys.DeletedShares(account), int.MaxValue, cancellationToken)).Select(row => FileDocuments.ReadShare(row.Value)).Where(s => s.PurgeAt > clock.GetUtcNow().UtcTicks)];

    /// <summary>Changes what a share says of itself.</summary>
    public Task<StoredShare> ChangeAsync(Guid account, string name, string? leaseId, Func<StoredShare, StoredShare> change, CancellationToken cancellationToken) => WriteAsync(
        account,
        name,
        share =>
        {
            LeaseRules.DemandMatch(share.Lease, leaseId, "Share", clock.GetUtcNow());
            return change(share) with { ETag = Math.Max(clock.GetUtcNow().UtcTicks, share.ETag + 1), Modified = clock.GetUtcNow().UtcTicks };
        },
        cancellationToken);

    /// <summary>Carries out a request about its lease.</summary>
    public Task<StoredShare> LeaseAsync(Guid account, string name, LeaseRequest request, CancellationToken cancellationToken) =>
        WriteAsync(account, name, share => share with { Lease = LeaseRules.Apply(share.Lease, request, clock.GetUtcNow(), Guid.NewGuid) }, cancellationToken);

    /// <summary>Deletes it with all its files, for good or for as long as the account keeps deleted shares. The name is free at once.</summary>
    public async Task DeleteAsync(Guid account, string name, string? leaseId, CancellationToken cancellationToken)
    {
        var days = (await SettingsAsync(account, cancellationToken)).ShareRetentionDays;
        await rows.WriteAsync(
            async (writer, token) =>
            {
                var share = await DemandAsync(writer, account, name, token);
                var now = clock.GetUtcNow();
                LeaseRules.DemandWrite(share.Lease, leaseId, "Share", now);
                await writer.RemoveAsync(FileKeys.OfShare(account, name), token);
                await writer.PutAsync(FileKeys.OfDeletedShare(account, share.Id), FileDocuments.Write(share with { Deleted = now.UtcTicks, PurgeAt = now.AddDays(days).UtcTicks, Lease = null }), token);
                return 0;
            },
            cancellationToken);
    }

    /// <summary>Takes a deleted share back, with its files.</summary>
    public async Task<StoredShare> RestoreAsync(Guid account, string name, string deletedName, string version, CancellationToken cancellationToken) => await rows.WriteAsync(
        async (writer, token) =>
        {
            var key = Guid.TryParseExact(version, "N", out var id) ? FileKeys.OfDeletedShare(account, id) : throw FileFaults.NoShare();
            if (await writer.FindAsync(key, token) is not { } value || FileDocuments.ReadShare(value) is var gone && (gone.Name != deletedName || gone.PurgeAt <= clock.GetUtcNow().UtcTicks || name != deletedName))
            {
                throw FileFaults.NoShare();
            }

            if (await writer.FindAsync(FileKeys.OfShare(account, name), token) is not null)
            {
                throw Taken();
            }

            var back = FileDocuments.ReadShare(value) with { Deleted = 0, PurgeAt = 0, ETag = clock.GetUtcNow().UtcTicks, Modified = clock.GetUtcNow().UtcTicks };
            await writer.RemoveAsync(key, token);
            await writer.AddAsync(FileKeys.OfShare(account, name), FileDocuments.Write(back), token);
            return back;
        },
        cancellationToken);

    /// <summary>Keeps a permission (SDDL) and gives it a name.</summary>
    public async Task<string> KeepPermissionAsync(Guid account, StoredShare share, string permission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(share);
        var bytes = System.Text.Encoding.UTF8.GetBytes(permission);
        var hash = System.Security.Cryptography.SHA256.HashData(bytes);
        var key = $"{System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash)}*{System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(sizeof(ulong)))}";
        await rows.WriteAsync(
            async (writer, token) =>
            {
                await writer.PutAsync(FileKeys.OfPermission(account, share.Id, key), bytes, token);
                return 0;
            },
            cancellationToken);
        return key;
    }

    /// <summary>The permission of a name; null where none is kept.</summary>
    public async ValueTask<string?> FindPermissionAsync(Guid account, StoredShare share, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(share);
        return await rows.FindAsync(FileKeys.OfPermission(account, share.Id, key), cancellationToken) is { } value ? System.Text.Encoding.UTF8.GetString(value) : null;
    }

    private async Task<StoredShare> WriteAsync(Guid account, string name, Func<StoredShare, StoredShare> change, CancellationToken cancellationToken) => await rows.WriteAsync(
        async (writer, token) =>
        {
            var after = change(await DemandAsync(writer, account, name, token));
            await writer.PutAsync(FileKeys.OfShare(account, name), FileDocuments.Write(after), token);
            return after;
        },
        cancellationToken);

    private static async ValueTask<StoredShare> DemandAsync(IRowWriter writer, Guid account, string name, CancellationToken cancellationToken) =>
        await writer.FindAsync(FileKeys.OfShare(account, name), cancellationToken) is { } value ? FileDocuments.ReadShare(value) : throw FileFaults.NoShare();

    private static StorageException Taken() => new("ShareAlreadyExists", "The specified share already exists.");
}
