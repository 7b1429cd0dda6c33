using Atrium.Storage.Contents;

namespace Atrium.Storage.Files;

/// <summary>Where the files of shares lie: a folder for each account, and in it one for each share, named after it and its id, so that a new share never meets an old one's files.</summary>
public sealed class FileFolders(string folder)
{
    private const UnixFileMode GroupFolder =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly string root = Path.GetFullPath(folder);

    /// <summary>The folder of a share: what computes mount.</summary>
    public string Of(Guid account, StoredShare share)
    {
        ArgumentNullException.ThrowIfNull(share);
        return Path.Combine(root, account.ToString("N"), $"{share.Name}.{share.Id:N}");
    }

    /// <summary>Folders of an account, each with the id of its share.</summary>
    internal IEnumerable<(string Path, Guid Share)> All(Guid account)
    {
        var place = Path.Combine(root, account.ToString("N"));
        foreach (var path in Directory.Exists(place) ? Directory.EnumerateDirectories(place) : [])
        {
            if (Guid.TryParseExact(Path.GetExtension(path).TrimStart('.'), "N", out var share))
            {
                yield return (path, share);
            }
        }
    }

    /// <summary>Accounts of which there is a folder.</summary>
    internal IEnumerable<Guid> Accounts() =>
        Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(path => Guid.TryParseExact(Path.GetFileName(path), "N", out var account) ? account : Guid.Empty).Where(a => a != Guid.Empty) : [];

    internal void Make(Guid account, StoredShare share)
    {
        var path = Of(account, share);
        Directory.CreateDirectory(path, GroupFolder);
        Disk.FlushFolder(Path.GetDirectoryName(path)!);
        Disk.FlushFolder(root);
    }

    internal void Remove(Guid account)
    {
        var place = Path.Combine(root, account.ToString("N"));
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }
}
