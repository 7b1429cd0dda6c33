using Atrium.Persistence.Rows;
using Atrium.Storage.Blobs;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Files;

/// <summary>
/// Files and directories of shares. What has a place on the disk is there and nowhere else; what has none (metadata, headers, leases) is in a row, which holds for
/// the very file it was written for. Changes of one file follow one another. What is acknowledged is on the disk.
/// </summary>
public sealed class FileStore(IRowStore rows, FileFolders folders, TimeProvider clock)
{
    private const int Stripes = 256;
    private const string What = "File";
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>The file or directory; null for none.</summary>
    public async ValueTask<FileView?> FindAsync(FileAddress at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        var tree = TreeOf(at);
        return tree.Find(at.Path) is { } entry ? new(at.Path, entry, await KeptAsync(at, entry, cancellationToken), ParentOf(tree, at.Path)) : null;
    }

    /// <summary>A file; a directory is none.</summary>
    public async ValueTask<FileView> DemandFileAsync(FileAddress at, CancellationToken cancellationToken) =>
        await FindAsync(at, cancellationToken) is not { } found ? throw FileFaults.NotFound() : found.Entry.IsDirectory ? throw FileFaults.WrongType() : found;

    /// <summary>A directory; a file is none.</summary>
    public async ValueTask<FileView> DemandDirectoryAsync(FileAddress at, CancellationToken cancellationToken) =>
        await FindAsync(at, cancellationToken) is not { } found ? throw FileFaults.NotFound() : !found.Entry.IsDirectory ? throw FileFaults.WrongType() : found;

    /// <summary>Makes a file of so many zeros, over the one that is there.</summary>
    public Task<FileView> CreateFileAsync(FileAddress at, long length, FileChange change, IReadOnlyDictionary<string, string>? metadata, string? leaseId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return AloneAsync(at, async tree =>
        {
            if (tree.Find(at.Path) is { } before)
            {
                LeaseRules.DemandWrite((await KeptAsync(at, before, cancellationToken)).Lease, leaseId, What, clock.GetUtcNow());
            }

            using var file = tree.CreateFile(at.Path);
            RandomAccess.SetLength(file, 0);
            RandomAccess.SetLength(file, length);
            return await SaveAsync(at, tree, file, change.Apply(new()) with { Metadata = metadata, Ranges = [] }, cancellationToken);
        });
    }

    /// <summary>Makes a directory.</summary>
    public Task<FileView> CreateDirectoryAsync(FileAddress at, FileChange change, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return AloneAsync(at, async tree =>
        {
            tree.CreateDirectory(at.Path);
            var entry = tree.Find(at.Path) ?? throw FileFaults.NotFound();
            var kept = change.Apply(new()) with { Metadata = metadata, Inode = entry.Inode, Born = entry.Born, Changed = Now(entry.Modified) };
            await WriteAsync(at, kept, cancellationToken);
            return new FileView(at.Path, entry, kept, ParentOf(tree, at.Path));
        });
    }

    /// <summary>Deletes a file, or a directory that is empty.</summary>
    public Task DeleteAsync(FileAddress at, bool isDirectory, string? leaseId, CancellationToken cancellationToken) => AloneAsync(at, async tree =>
    {
        var entry = tree.Find(at.Path) ?? throw FileFaults.NotFound();
        if (entry.IsDirectory != isDirectory)
        {
            throw FileFaults.WrongType();
        }

        LeaseRules.DemandWrite((await KeptAsync(at, entry, cancellationToken)).Lease, leaseId, What, clock.GetUtcNow());
        tree.Delete(at.Path, isDirectory);
        await ForgetAsync(at, at.Path, cancellationToken);
        return 0;
    });

    /// <summary>Writes bytes within a file.</summary>
    public Task<FileView> WriteAsync(FileAddress at, long offset, ReadOnlyMemory<byte> bytes, bool keepsTime, string? leaseId, CancellationToken cancellationToken) =>
        ChangeContentAsync(at, leaseId, keepsTime, (file, ranges) =>
        {
            if (offset + bytes.Length > RandomAccess.GetLength(file))
            {
                throw new StorageException("InvalidRange", "The range specified is invalid for the current size of the resource.");
            }

            RandomAccess.Write(file, bytes.Span, offset);
            return RangeSet.Add(ranges, offset, offset + bytes.Length - 1);
        }, cancellationToken);

    /// <summary>Makes a stretch of a file zeros again, and gives its place on the disk back.</summary>
    public Task<FileView> ClearAsync(FileAddress at, long offset, long length, bool keepsTime, string? leaseId, CancellationToken cancellationToken) =>
        ChangeContentAsync(at, leaseId, keepsTime, (file, ranges) =>
        {
            var whole = RandomAccess.GetLength(file);
            if (offset + length > whole)
            {
                throw new StorageException("InvalidRange", "The range specified is invalid for the current size of the resource.");
            }

            if (!Native.Punch(file, offset, length))
            {
                Zero(file, offset, length);
            }

            return RangeSet.Remove(ranges, offset, offset + length - 1);
        }, cancellationToken);

    /// <summary>Changes what a file or directory says of itself, and how long a file is.</summary>
    public Task<FileView> ChangeAsync(FileAddress at, FileChange change, string? leaseId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeRowAsync(at, leaseId, change.Length, change.Apply, cancellationToken);
    }

    /// <summary>Gives it other metadata.</summary>
    public Task<FileView> SetMetadataAsync(FileAddress at, IReadOnlyDictionary<string, string>? metadata, string? leaseId, CancellationToken cancellationToken) =>
        ChangeRowAsync(at, leaseId, length: null, kept => kept with { Metadata = metadata }, cancellationToken);

    /// <summary>Carries out a request about a file's lease.</summary>
    public Task<FileView> LeaseAsync(FileAddress at, LeaseRequest request, CancellationToken cancellationToken) => AloneAsync(at, async tree =>
    {
        var entry = tree.Find(at.Path) ?? throw FileFaults.NotFound();
        var kept = Owned(await KeptAsync(at, entry, cancellationToken), entry);
        kept = kept with { Lease = LeaseRules.Apply(kept.Lease, request, clock.GetUtcNow(), Guid.NewGuid) };
        await WriteAsync(at, kept, cancellationToken);
        return new FileView(at.Path, entry, kept, ParentOf(tree, at.Path));
    });

    /// <summary>Moves a file or directory to another path in the share, with all that lies below it.</summary>
    public Task<FileView> RenameAsync(FileAddress source, FilePath to, bool replaces, FileChange change, string? leaseId, string? sourceLeaseId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        return AloneAsync(source, async tree =>
        {
            var entry = tree.Find(source.Path) ?? throw FileFaults.NotFound();
            var target = source with { Path = to };
            var kept = await KeptAsync(source, entry, cancellationToken);
            LeaseRules.DemandWrite(kept.Lease, sourceLeaseId, What, clock.GetUtcNow());
            if (tree.Find(to) is { } there)
            {
                LeaseRules.DemandWrite((await KeptAsync(target, there, cancellationToken)).Lease, leaseId, What, clock.GetUtcNow());
            }

            tree.Rename(source.Path, to, replaces);
            kept = change.Apply(Owned(kept, entry)) with { Changed = Now(Math.Max(entry.Modified, kept.Changed)) };
            await MoveRowsAsync(source, to, kept, entry.IsDirectory, cancellationToken);
            return new FileView(to, tree.Find(to) ?? throw FileFaults.NotFound(), kept, ParentOf(tree, to));
        });
    }

    /// <summary>A stretch of a file as it is read. Who writes meanwhile is seen, as on any disk.</summary>
    public Stream Open(FileAddress at, long offset, long length)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new HandleStream(TreeOf(at).OpenFile(at.Path, toWrite: false), offset, length);
    }

    /// <summary>First and last byte of each stretch that was ever written, by what is kept or, where somebody else wrote, by the disk.</summary>
    public async Task<(FileView File, IReadOnlyList<(long First, long Last)> Ranges)> RangesAsync(FileAddress at, CancellationToken cancellationToken)
    {
        var file = await DemandFileAsync(at, cancellationToken);
        using var handle = TreeOf(at).OpenFile(at.Path, toWrite: false);
        var ranges = KnownRanges(file.Kept, file.Entry) ?? OnDisk(handle, file.Entry.Length);
        return (file, [.. RangeSet.Pairs(ranges).Where(r => r.First < file.Entry.Length).Select(r => (r.First, Math.Min(r.Last, file.Entry.Length - 1)))]);
    }

    /// <summary>What lies in a directory, in the order of names, behind <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<FileView>> ListAsync(FileAddress at, string prefix, string? after, int take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        var tree = TreeOf(at);
        var own = tree.Find(at.Path) ?? throw FileFaults.NotFound();
        var views = new List<FileView>();
        var found = tree.List(at.Path).Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(e.Name, after) > 0)).Take(take);
        foreach (var (name, entry) in found)
        {
            var child = at with { Path = at.Path.Child(name) };
            views.Add(new(child.Path, entry, await KeptAsync(child, entry, cancellationToken), own.Inode));
        }

        return views;
    }

    private Task<FileView> ChangeContentAsync(FileAddress at, string? leaseId, bool keepsTime, Func<SafeFileHandle, IReadOnlyList<long>?, IReadOnlyList<long>?> change, CancellationToken cancellationToken) => AloneAsync(at, async tree =>
    {
        using var file = tree.OpenFile(at.Path, toWrite: true);
        var entry = Native.Stat(file);
        var kept = await KeptAsync(at, entry, cancellationToken);
        LeaseRules.DemandWrite(kept.Lease, leaseId, What, clock.GetUtcNow());
        var ranges = change(file, KnownRanges(kept, entry) ?? OnDisk(file, entry.Length));
        var after = kept with { Ranges = ranges, LastWriteTime = keepsTime ? (kept.LastWriteTime != 0 ? kept.LastWriteTime : entry.Modified) : 0 };
        return await SaveAsync(at, tree, file, after, cancellationToken);
    });

    private Task<FileView> ChangeRowAsync(FileAddress at, string? leaseId, long? length, Func<StoredFile, StoredFile> change, CancellationToken cancellationToken) => AloneAsync(at, async tree =>
    {
        var entry = tree.Find(at.Path) ?? throw FileFaults.NotFound();
        var kept = await KeptAsync(at, entry, cancellationToken);
        LeaseRules.DemandWrite(kept.Lease, leaseId, What, clock.GetUtcNow());
        if (length is { } wanted && wanted != entry.Length)
        {
            using var file = tree.OpenFile(at.Path, toWrite: true);
            var ranges = wanted < entry.Length ? RangeSet.Remove(KnownRanges(kept, entry), wanted, long.MaxValue - 1) : KnownRanges(kept, entry);
            RandomAccess.SetLength(file, wanted);
            return await SaveAsync(at, tree, file, change(kept) with { Ranges = ranges }, cancellationToken);
        }

        var after = Owned(change(kept), entry) with { Changed = Now(Math.Max(entry.Modified, kept.Changed)) };
        await WriteAsync(at, after, cancellationToken);
        return new FileView(at.Path, entry, after, ParentOf(tree, at.Path));
    });

    /// <summary>Gives the file a time of its own, flushes it, and writes its row: by that time the row knows whether it still speaks of this content.</summary>
    private async Task<FileView> SaveAsync(FileAddress at, FileTree tree, SafeFileHandle file, StoredFile kept, CancellationToken cancellationToken)
    {
        var time = Now(Math.Max(Native.Stat(file).Modified, kept.RangesAt));
        File.SetLastWriteTimeUtc(file, new DateTime(time, DateTimeKind.Utc));
        FileTree.Flush(file);
        var entry = Native.Stat(file);
        var after = Owned(kept, entry) with { RangesAt = entry.Modified, Changed = entry.Modified };
        await WriteAsync(at, after, cancellationToken);
        return new(at.Path, entry, after, ParentOf(tree, at.Path));
    }

    private long Now(long before) => Math.Max(clock.GetUtcNow().UtcTicks, before + 1);

    private FileTree TreeOf(FileAddress at) => new(folders.Of(at.Account, at.Share));

    private static long ParentOf(FileTree tree, FilePath path) => tree.Find(path.Parent)?.Inode ?? 0;

    private static StoredFile Owned(StoredFile kept, FileEntry entry) => kept with { Inode = entry.Inode, Born = entry.Born };

    private static IReadOnlyList<long>? KnownRanges(StoredFile kept, FileEntry entry) => kept.RangesAt == entry.Modified ? kept.Ranges : null;

    private static List<long> OnDisk(SafeFileHandle file, long length)
    {
        var ranges = new List<long>();
        for (long at = 0; at < length;)
        {
            var data = Native.Seek(file, at, Native.SeekData);
            if (data < 0)
            {
                // Nothing behind it; or a disk that does not say, where all of it counts.
                return Native.Error == Native.NoSuchData ? ranges : [0, length - 1];
            }

            var hole = Native.Seek(file, data, Native.SeekHole);
            at = hole < 0 ? length : hole;
            ranges.AddRange([data, Math.Min(at, length) - 1]);
        }

        return ranges;
    }

    private static void Zero(SafeFileHandle file, long offset, long length)
    {
        var zeros = new byte[(int)Math.Min(length, 1024 * 1024)];
        for (long done = 0; done < length; done += zeros.Length)
        {
            RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - done)), offset + done);
        }
    }

    /// <summary>One change of a path at a time.</summary>
    private async Task<T> AloneAsync<T>(FileAddress at, Func<FileTree, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(at);
        var gate = gates[(uint)HashCode.Combine(at.Share.Id, at.Path.Text) % Stripes];
        await gate.WaitAsync();
        try
        {
            // The disk is slow, and the caller's thread has others to serve.
            return await Task.Run(() => work(TreeOf(at)));
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask<StoredFile> KeptAsync(FileAddress at, FileEntry entry, CancellationToken cancellationToken) =>
        await rows.FindAsync(FileKeys.OfFile(at.Account, at.Share.Id, at.Path), cancellationToken) is { } value && FileDocuments.ReadFile(value) is var kept && kept.Inode == entry.Inode && kept.Born == entry.Born
            ? kept
            : new();

    private async Task WriteAsync(FileAddress at, StoredFile kept, CancellationToken cancellationToken) => await rows.WriteAsync(
        async (writer, token) =>
        {
            await writer.PutAsync(FileKeys.OfFile(at.Account, at.Share.Id, at.Path), FileDocuments.Write(kept), token);
            return 0;
        },
        cancellationToken);

    private async Task ForgetAsync(FileAddress at, FilePath path, CancellationToken cancellationToken) =>
        await rows.WriteAsync((writer, token) => writer.RemoveAsync(FileKeys.OfFile(at.Account, at.Share.Id, path), token), cancellationToken);

    private async Task MoveRowsAsync(FileAddress source, FilePath to, StoredFile kept, bool isDirectory, CancellationToken cancellationToken) => await rows.WriteAsync(
        async (writer, token) =>
        {
            await writer.RemoveAsync(FileKeys.OfFile(source.Account, source.Share.Id, source.Path), token);
            await writer.PutAsync(FileKeys.OfFile(source.Account, source.Share.Id, to), FileDocuments.Write(kept), token);
            foreach (var row in isDirectory ? await writer.ListAsync(FileKeys.Below(source.Account, source.Share.Id, source.Path), int.MaxValue, token) : [])
            {
                var rest = FileKeys.ReadPath(row.Key)[(source.Path.Text.Length + 1)..];
                await writer.RemoveAsync(row.Key, token);
                await writer.PutAsync(FileKeys.OfFile(source.Account, source.Share.Id, FilePath.Parse($"{to.Text}/{rest}")), row.Value, token);
            }

            return 0;
        },
        cancellationToken);
}
