using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Files;

/// <summary>
/// The plain files of one share. Every name is opened in the folder before it and no link is followed, so nothing outside is reached, whatever somebody who mounts
/// the share puts into it, also while we walk. What is made or moved is on the disk when a call returns.
/// </summary>
internal sealed class FileTree(string root)
{
    private const uint FileMode = 0x1B0;
    private const uint FolderMode = 0x1F8;

    public string Root => root;

    /// <summary>What is there; null for nothing, or for what is neither file nor directory.</summary>
    public FileEntry? Find(FilePath path)
    {
        using var file = TryOpen(path, Native.ReadOnly);
        return file is not null && Native.Stat(file) is { IsRegular: true } entry ? entry : null;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="StorageException">There is none.</exception>
    public SafeFileHandle OpenFile(FilePath path, bool toWrite)
    {
        var file = TryOpen(path, toWrite ? Native.ReadWrite : Native.ReadOnly);
        if (file is not null && Native.Stat(file) is { IsRegular: true, IsDirectory: false })
        {
            return file;
        }

        var isDirectory = file is not null && Native.Stat(file).IsDirectory;
        file?.Dispose();
        throw isDirectory || Find(path) is { IsDirectory: true } ? FileFaults.WrongType() : FileFaults.NotFound();
    }

    /// <summary>Makes a file, or empties the one that is there.</summary>
    public SafeFileHandle CreateFile(FilePath path)
    {
        using var parent = OpenParent(path);
        if (Find(path) is { IsDirectory: true })
        {
            throw FileFaults.WrongType();
        }

        var file = Native.OpenAt(parent, path.Name, Native.ReadWrite | Native.Create | Native.NoFollow | Native.NonBlocking | Native.CloseOnExec, FileMode);
        if (file.IsInvalid)
        {
            throw Native.Error switch
            {
                Native.IsAFolder or Native.Loop => FileFaults.WrongType(),
                Native.NameTooLong => FileFaults.NotFound(),
                _ => Native.Failed("make"),
            };
        }

        if (!Native.Stat(file).IsRegular)
        {
            file.Dispose();
            throw FileFaults.WrongType();
        }

        Flush(parent);
        return file;
    }

    public void CreateDirectory(FilePath path)
    {
        using var parent = OpenParent(path);
        if (Native.MakeFolderAt(parent, path.Name, FolderMode) != 0)
        {
            throw Native.Error == Native.Exists ? FileFaults.Exists() : Native.Failed("make");
        }

        Flush(parent);
    }

    public void Delete(FilePath path, bool isDirectory)
    {
        using var parent = OpenParent(path);
        if (Native.UnlinkAt(parent, path.Name, isDirectory ? Native.RemoveFolder : 0) != 0)
        {
            throw Native.Error switch
            {
                Native.NotFound => FileFaults.NotFound(),
                Native.NotEmpty or Native.Exists => new StorageException("DirectoryNotEmpty", "The specified directory is not empty."),
                Native.NotAFolder or Native.IsAFolder => FileFaults.WrongType(),
                _ => Native.Failed("delete"),
            };
        }

        Flush(parent);
    }

    public void Rename(FilePath from, FilePath to, bool replaces)
    {
        using var source = OpenParent(from);
        using var target = OpenParent(to);
        if (Native.RenameAt(source, from.Name, target, to.Name, replaces ? 0 : (uint)Native.NoReplace) != 0)
        {
            throw Native.Error switch
            {
                Native.NotFound => FileFaults.NotFound(),
                Native.Exists or Native.NotEmpty => FileFaults.Exists(),
                Native.NotAFolder or Native.IsAFolder => FileFaults.WrongType(),
                _ => Native.Failed("rename"),
            };
        }

        Flush(source);
        Flush(target);
    }

    /// <summary>The names in a directory with what they are, in the order of their characters. Links and devices are left out.</summary>
    public IReadOnlyList<(string Name, FileEntry Entry)> List(FilePath path)
    {
        using var folder = TryOpen(path, Native.ReadOnly | Native.Folder) ?? throw FileFaults.NotFound();
        if (!Native.Stat(folder).IsDirectory)
        {
            throw FileFaults.WrongType();
        }

        var found = new List<(string Name, FileEntry Entry)>();
        foreach (var name in Directory.EnumerateFileSystemEntries($"/proc/self/fd/{folder.DangerousGetHandle()}").Select(p => Path.GetFileName(p)))
        {
            using var file = Native.OpenAt(folder, name, Native.ReadOnly | Native.NoFollow | Native.NonBlocking | Native.CloseOnExec, 0);
            if (!file.IsInvalid && Native.Stat(file) is { IsRegular: true } entry && FilePath.IsName(name))
            {
                found.Add((name, entry));
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    public static void Flush(SafeFileHandle file)
    {
        if (Native.Flush(file) != 0)
        {
            throw Native.Failed("flush");
        }
    }

    private SafeFileHandle OpenParent(FilePath path)
    {
        if (path.IsRoot)
        {
            throw FileFaults.WrongType();
        }

        return TryOpen(path.Parent, Native.ReadOnly | Native.Folder) ?? throw new StorageException("ParentNotFound", "The specified parent path does not exist.");
    }

    private SafeFileHandle? TryOpen(FilePath path, int flags)
    {
        var current = Native.Open(root, Native.ReadOnly | Native.Folder | Native.CloseOnExec, 0);
        for (var at = 0; at < path.Names.Count; at++)
        {
            var isLast = at == path.Names.Count - 1;
            var how = (isLast ? flags : Native.ReadOnly | Native.Folder) | Native.NoFollow | Native.NonBlocking | Native.CloseOnExec;
            var next = current.IsInvalid ? current : Native.OpenAt(current, path.Names[at], how, 0);
            if (!ReferenceEquals(next, current))
            {
                current.Dispose();
            }

            current = next;
        }

        if (!current.IsInvalid)
        {
            return current;
        }

        current.Dispose();
        return null;
    }
}
