using Atrium.Persistence.Rows;

namespace Atrium.Storage.Files;

/// <summary>Takes away deleted shares whose time is over, and folders that no share has any more. Each step may be cut off and run again.</summary>
public sealed class FileSweep(IRowStore rows, FileFolders folders, TimeProvider clock)
{
    private static readonly TimeSpan LongestCreation = TimeSpan.FromDays(1);

    /// <summary>Accounts of which there is a folder.</summary>
    public IEnumerable<Guid> Accounts() => folders.Accounts();

    /// <summary>One account's round.</summary>
    public async Task RunAsync(Guid account, CancellationToken cancellationToken)
    {
        var kept = (await rows.ListAsync(FileKeys.Shares(account, ""), int.MaxValue, cancellationToken)).Select(row => FileDocuments.ReadShare(row.Value).Id).ToHashSet();
        foreach (var row in await rows.ListAsync(FileKeys.DeletedShares(account), int.MaxValue, cancellationToken))
        {
            var share = FileDocuments.ReadShare(row.Value);
            if (share.PurgeAt > clock.GetUtcNow().UtcTicks)
            {
                kept.Add(share.Id);
                continue;
            }

            Delete(folders.Of(account, share));
            await rows.WriteAsync(
                async (writer, token) =>
                {
                    await writer.RemoveAsync(FileKeys.FilesOf(account, share.Id), token);
                    await writer.RemoveAsync(FileKeys.PermissionsOf(account, share.Id), token);
                    return await writer.RemoveAsync(row.Key, token);
                },
                cancellationToken);
        }

        foreach (var (path, id) in folders.All(account).ToList())
        {
            if (!kept.Contains(id) && Directory.GetCreationTimeUtc(path) < clock.GetUtcNow().UtcDateTime - LongestCreation)
            {
                Delete(path);
            }
        }
    }

    /// <summary>Takes an account's files away; its rows go with those of its blobs.</summary>
    public void PurgeAccount(Guid account) => folders.Remove(account);

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            // Links in it are taken away and not followed.
            Directory.Delete(path, recursive: true);
        }
    }
}
