using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Contents;

/// <summary>What the framework has not: the entry of a new file in its folder made durable, and room for a file with a word why there is none.</summary>
public static partial class Disk
{
    private const int ReadOnlyDirectory = 0x10000;
    private const int NotSupported = 95;
    private const uint StartWriting = 2;

    /// <summary>Keeps room for a file before it is written. Disks that cannot do so tell later.</summary>
    /// <exception cref="IOException">There is none; its result is the system's number for the reason.</exception>
    public static void Reserve(SafeFileHandle file, long length)
    {
        if (length > 0 && Allocate(file, 0, 0, length) != 0 && Marshal.GetLastPInvokeError() is not NotSupported and var error)
        {
            throw new IOException($"There is no room for {length} bytes (error {error}).", error);
        }
    }

    /// <summary>Has the system begin to write a part of a file to the disk, so that a flush at the end has less left to wait for. A wish: nothing is durable by it.</summary>
    public static void BeginFlush(SafeFileHandle file, long offset, long length) => _ = SyncRange(file, offset, length, StartWriting);

    /// <summary>Flushes a folder, so that files made in it outlive a loss of power.</summary>
    public static void FlushFolder(string path)
    {
        var folder = Open(path, ReadOnlyDirectory);
        if (folder < 0)
        {
            throw new IOException($"The folder '{path}' cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        var flushed = Flush(folder);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (flushed < 0)
        {
            throw new IOException($"The folder '{path}' cannot be flushed (error {error}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int file);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
