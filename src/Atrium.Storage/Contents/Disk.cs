using System.Runtime.InteropServices;

namespace Atrium.Storage.Contents;

/// <summary>What the framework has not: the entry of a new file in its folder made durable.</summary>
internal static partial class Disk
{
    private const int ReadOnlyDirectory = 0x10000;

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

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
