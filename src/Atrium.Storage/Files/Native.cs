using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Files;

/// <summary>Calls of Linux that the framework has not: opening a name below an open folder without following links, and what lies behind an open file.</summary>
internal static partial class Native
{
    public const int NotFound = 2;
    public const int Exists = 17;
    public const int NotAFolder = 20;
    public const int IsAFolder = 21;
    public const int NoSpace = 28;
    public const int NotEmpty = 39;
    public const int Loop = 40;
    public const int NameTooLong = 36;
    public const int NoSuchData = 6;

    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int NoFollow = 0x20000;
    public const int Folder = 0x10000;
    public const int CloseOnExec = 0x80000;
    public const int RemoveFolder = 0x200;
    public const int NoReplace = 1;
    public const int SeekData = 3;
    public const int SeekHole = 4;

    private const int EmptyPath = 0x1000;
    private const int KeepSize = 1;
    private const int PunchHole = 2;
    private const uint BasicAndBirth = 0xFFF;

    public static FileEntry Stat(SafeFileHandle file)
    {
        var buffer = new Status();
        return StatAt(file, "", EmptyPath, BasicAndBirth, ref buffer) == 0 ? FileEntry.Of(buffer) : throw Failed("look at");
    }

    public static bool Punch(SafeFileHandle file, long offset, long length) => Allocate(file, KeepSize | PunchHole, offset, length) == 0;

    /// <summary>Of the last call.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    public static IOException Failed(string what) => new($"The system could not {what} a file of a share (error {Error}).", Error);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial SafeFileHandle OpenAt(SafeFileHandle folder, string name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int MakeFolderAt(SafeFileHandle folder, string name, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int RenameAt(SafeFileHandle from, string name, SafeFileHandle to, string newName, uint flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatAt(SafeFileHandle folder, string name, int flags, uint mask, ref Status status);

    /// <summary><c>struct statx</c>, which is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Status
    {
        [FieldOffset(0)]
        public uint Mask;
        [FieldOffset(28)]
        public ushort Mode;
        [FieldOffset(32)]
        public ulong Inode;
        [FieldOffset(40)]
        public ulong Size;
        [FieldOffset(80)]
        public Time Birth;
        [FieldOffset(96)]
        public Time Change;
        [FieldOffset(112)]
        public Time Modification;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Time
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;

        public readonly long Ticks => DateTime.UnixEpoch.Ticks + (Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / 100);
    }
}
