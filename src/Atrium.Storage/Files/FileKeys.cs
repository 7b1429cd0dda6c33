using System.Security.Cryptography;
using System.Text;
using Atrium.Persistence.Rows;
using static Atrium.Storage.Blobs.BlobKeys;

namespace Atrium.Storage.Files;

/// <summary>The keys of rows about shares, beside those about blobs (<see cref="Blobs.BlobKeys"/>). Long paths are shortened by their hash: nobody lists by them. Pure.</summary>
internal static class FileKeys
{
    private const byte File = (byte)'f';
    private const byte DeletedShare = (byte)'d';
    private const byte Permission = (byte)'p';
    private const byte Service = (byte)'a';
    private const byte Share = (byte)'s';
    private const int GuidBytes = 16;
    private const int MostPathBytes = 2048;

    public static byte[] OfService(Guid account) => Of(account, Service);

    public static byte[] OfShare(Guid account, string name) => Of(account, Share, Encoding.UTF8.GetBytes(name));

    public static RowRange Shares(Guid account, string prefix) => RowRange.Of(OfShare(account, prefix));

    public static byte[] OfDeletedShare(Guid account, Guid share) => Of(account, DeletedShare, share.ToByteArray(bigEndian: true));

    public static RowRange DeletedShares(Guid account) => RowRange.Of(Of(account, DeletedShare));

    public static byte[] OfFile(Guid account, Guid share, FilePath path) => Of(account, File, [.. share.ToByteArray(bigEndian: true), .. Bytes(path.Text)]);

    /// <summary>Rows of what lies below a directory, but for the longest paths.</summary>
    public static RowRange Below(Guid account, Guid share, FilePath directory) =>
        RowRange.Of(Of(account, File, [.. share.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(directory.IsRoot ? "" : directory.Text + "/")]));

    public static string ReadPath(byte[] key) => Encoding.UTF8.GetString(key.AsSpan(GuidBytes + 1 + GuidBytes));

    public static RowRange FilesOf(Guid account, Guid share) => RowRange.Of(Of(account, File, share.ToByteArray(bigEndian: true)));

    public static byte[] OfPermission(Guid account, Guid share, string key) => Of(account, Permission, [.. share.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(key)]);

    public static RowRange PermissionsOf(Guid account, Guid share) => RowRange.Of(Of(account, Permission, share.ToByteArray(bigEndian: true)));

    private static byte[] Bytes(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        return bytes.Length <= MostPathBytes ? bytes : [0, .. SHA256.HashData(bytes)];
    }
}
