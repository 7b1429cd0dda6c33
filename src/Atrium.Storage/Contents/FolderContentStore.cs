using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Contents;

/// <summary>Contents as files of a folder, a folder for each account and 256 below it. Reading from the caller and writing to the disk go side by side, in two buffers.</summary>
public sealed class FolderContentStore(string folder) : IContentStore
{
    private const int BufferBytes = 1024 * 1024;
    private const int FlushBytes = 16 * BufferBytes;
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string root = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public string Name => "folder";

    /// <inheritdoc/>
    public async Task PutAsync(ContentId id, Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = PathOf(id);
        MakeFolder(Path.GetDirectoryName(path)!);
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            Disk.Reserve(file.SafeFileHandle, length);
            await CopyAsync(content, file.SafeFileHandle, length, cancellationToken);
            await Task.Run(() => RandomAccess.FlushToDisk(file.SafeFileHandle), CancellationToken.None);
            Disk.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(ContentId id, long offset, long length, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(id), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
            file.Position = offset;
            return new(file);
        }
        catch (DirectoryNotFoundException)
        {
            throw new FileNotFoundException("The content is not there.");
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ContentId id, CancellationToken cancellationToken)
    {
        var path = PathOf(id);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ContentId.TryParse(Path.GetRelativePath(root, path), out var id))
            {
                yield return id;
            }
        }

        await Task.CompletedTask;
    }

    /// <summary>The file of an id.</summary>
    internal string PathOf(ContentId id) => Path.Combine(root, id.ToString());

    private static async Task CopyAsync(Stream content, SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        var size = (int)Math.Clamp(length, 1, BufferBytes);
        var (filling, writing) = (ArrayPool<byte>.Shared.Rent(size), ArrayPool<byte>.Shared.Rent(size));
        var write = Task.CompletedTask;
        try
        {
            for (long at = 0; at < length;)
            {
                var wanted = (int)Math.Min(size, length - at);
                await content.ReadExactlyAsync(filling.AsMemory(0, wanted), cancellationToken);
                await write;
                (filling, writing) = (writing, filling);
                var (full, position) = (writing, at);
                write = Task.Run(() => Write(file, full.AsSpan(0, wanted), position), CancellationToken.None);
                at += wanted;
            }

            await write;
        }
        finally
        {
            // The buffer is not given back while it is being written.
            await write.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(writing);
        }
    }

    private static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        RandomAccess.Write(file, bytes, position);
        if ((position + bytes.Length) / FlushBytes > position / FlushBytes)
        {
            Disk.BeginFlush(file, position + bytes.Length - FlushBytes, FlushBytes);
        }
    }

    private void MakeFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerFolder);
            Disk.FlushFolder(Path.GetDirectoryName(path)!);
            Disk.FlushFolder(root);
        }
    }
}
