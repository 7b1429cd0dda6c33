namespace Atrium.Storage.Files;

/// <summary>What the disk says of a file or directory of a share.</summary>
/// <param name="IsDirectory">Or a file.</param>
/// <param name="IsRegular">Neither a link nor a device: others are as if they were not there.</param>
/// <param name="Inode">Its number on the disk.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Modified">UTC ticks of the last change of content.</param>
/// <param name="Changed">UTC ticks of the last change of anything.</param>
/// <param name="Born">UTC ticks of its making; 0 where the disk does not say.</param>
public readonly record struct FileEntry(bool IsDirectory, bool IsRegular, long Inode, long Length, long Modified, long Changed, long Born)
{
    private const int TypeMask = 0xF000;
    private const int DirectoryType = 0x4000;
    private const int RegularType = 0x8000;
    private const uint HasBirth = 0x800;

    internal static FileEntry Of(Native.Status status)
    {
        var type = status.Mode & TypeMask;
        return new(
            type == DirectoryType,
            type is DirectoryType or RegularType,
            (long)status.Inode,
            (long)status.Size,
            status.Modification.Ticks,
            status.Change.Ticks,
            (status.Mask & HasBirth) != 0 ? status.Birth.Ticks : 0);
    }
}
