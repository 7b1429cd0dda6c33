using System.Buffers.Binary;
using System.Text;
using Atrium.Persistence.Rows;

namespace Atrium.Storage.Blobs;

/// <summary>
/// The keys of rows: the account, a letter for the kind, and what the kind is ordered by. Names of blobs end with a zero, which no name holds, so that all rows
/// of a name lie together, the blob itself last, and names are in the order of their bytes. Pure.
/// </summary>
internal static class BlobKeys
{
    private const byte Service = (byte)'A';
    private const byte Blob = (byte)'B';
    private const byte Container = (byte)'C';
    private const byte DeletedContainer = (byte)'D';
    private const byte Garbage = (byte)'G';
    private const byte Inline = (byte)'I';
    private const byte List = (byte)'M';
    private const byte Piece = (byte)'P';
    private const byte References = (byte)'R';
    private const byte Tag = (byte)'T';
    private const byte Uncommitted = (byte)'U';
    private const byte Expiry = (byte)'X';
    private const byte SnapshotOrder = 1;
    private const byte BaseOrder = 255;
    private const int GuidBytes = 16;

    /// <summary>What goes before a blob's name.</summary>
    private const int NameAt = GuidBytes + 1 + GuidBytes;

    public static byte[] OfService(Guid account) => Of(account, Service);

    public static byte[] OfContainer(Guid account, string name) => Of(account, Container, Encoding.UTF8.GetBytes(name));

    public static RowRange Containers(Guid account, string prefix) => RowRange.Of(OfContainer(account, prefix));

    public static string ContainerOf(byte[] key) => Encoding.UTF8.GetString(key.AsSpan(GuidBytes + 1));

    public static byte[] OfDeletedContainer(Guid account, Guid container) => Of(account, DeletedContainer, Bytes(container));

    public static RowRange DeletedContainers(Guid account) => RowRange.Of(Of(account, DeletedContainer));

    public static byte[] OfBlob(Guid account, Guid container, string name) => [.. Of(account, Blob, Bytes(container)), .. Encoding.UTF8.GetBytes(name), 0, BaseOrder];

    public static byte[] OfSnapshot(Guid account, Guid container, string name, long ticks) =>
        [.. Of(account, Blob, Bytes(container)), .. Encoding.UTF8.GetBytes(name), 0, SnapshotOrder, .. Number(ticks)];

    /// <summary>The rows of blobs whose name begins so.</summary>
    public static RowRange Blobs(Guid account, Guid container, string prefix) => RowRange.Of([.. Of(account, Blob, Bytes(container)), .. Encoding.UTF8.GetBytes(prefix)]);

    public static RowRange SnapshotsOf(Guid account, Guid container, string name) =>
        RowRange.Of([.. Of(account, Blob, Bytes(container)), .. Encoding.UTF8.GetBytes(name), 0, SnapshotOrder]);

    /// <summary>The name in a blob's key, and which snapshot it is (0 for the blob itself).</summary>
    public static (string Name, long Snapshot) ReadBlob(byte[] key)
    {
        var end = Array.IndexOf(key, (byte)0, NameAt);
        var snapshot = key[end + 1] == BaseOrder ? 0 : BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(end + 2));
        return (Encoding.UTF8.GetString(key.AsSpan(NameAt, end - NameAt)), snapshot);
    }

    public static byte[] OfBlock(Guid account, Guid container, string name, byte[] block) =>
        [.. Of(account, Uncommitted, Bytes(container)), .. Encoding.UTF8.GetBytes(name), 0, .. block];

    public static RowRange BlocksOf(Guid account, Guid container, string name) =>
        RowRange.Of([.. Of(account, Uncommitted, Bytes(container)), .. Encoding.UTF8.GetBytes(name), 0]);

    public static RowRange Blocks(Guid account, Guid container, string prefix) => RowRange.Of([.. Of(account, Uncommitted, Bytes(container)), .. Encoding.UTF8.GetBytes(prefix)]);

    public static (string Name, byte[] Block) ReadBlock(byte[] key)
    {
        var end = Array.IndexOf(key, (byte)0, NameAt);
        return (Encoding.UTF8.GetString(key.AsSpan(NameAt, end - NameAt)), key[(end + 1)..]);
    }

    public static byte[] OfInline(Guid account, Guid piece) => Of(account, Inline, Bytes(piece));

    public static byte[] OfPiece(Guid account, Guid piece) => Of(account, Piece, Bytes(piece));

    public static byte[] OfList(Guid account, Guid list, int chunk)
    {
        var number = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, chunk);
        return [.. Of(account, List, Bytes(list)), .. number];
    }

    public static RowRange ListOf(Guid account, Guid list) => RowRange.Of(Of(account, List, Bytes(list)));

    public static byte[] OfReferences(Guid account, Guid content) => Of(account, References, Bytes(content));

    /// <summary>In the order in which it became garbage.</summary>
    public static byte[] OfGarbage(Guid account, long ticks, Guid content) => Of(account, Garbage, [.. Number(ticks), .. Bytes(content)]);

    public static RowRange GarbageBefore(Guid account, long ticks) => new(Of(account, Garbage), Of(account, Garbage, Number(ticks)));

    public static Guid ReadGarbage(byte[] key) => new(key.AsSpan(GuidBytes + 1 + sizeof(long), GuidBytes), bigEndian: true);

    /// <summary>When the deleted blob or snapshot under a key goes for good.</summary>
    public static byte[] OfExpiry(Guid account, long ticks, byte[] blobKey) => Of(account, Expiry, [.. Number(ticks), .. blobKey.AsSpan(GuidBytes + 1)]);

    public static RowRange ExpiredBefore(Guid account, long ticks) => new(Of(account, Expiry), Of(account, Expiry, Number(ticks)));

    /// <summary>The blob's key in an expiry's.</summary>
    public static byte[] ReadExpiry(Guid account, byte[] key) => Of(account, Blob, key.AsSpan(GuidBytes + 1 + sizeof(long)));

    public static byte[] OfTag(Guid account, string key, string value, Guid container, string name) =>
        [.. Tagged(account, key, value), .. Bytes(container), .. Encoding.UTF8.GetBytes(name)];

    public static byte[] Tagged(Guid account, string key, string value) => [.. Of(account, Tag, Encoding.UTF8.GetBytes(key)), 0, .. Encoding.UTF8.GetBytes(value), 0];

    public static RowRange TaggedWith(Guid account, string key) => RowRange.Of([.. Of(account, Tag, Encoding.UTF8.GetBytes(key)), 0]);

    public static (string Value, Guid Container, string Name) ReadTag(byte[] key)
    {
        var valueAt = Array.IndexOf(key, (byte)0, GuidBytes + 1) + 1;
        var end = Array.IndexOf(key, (byte)0, valueAt);
        return (Encoding.UTF8.GetString(key.AsSpan(valueAt, end - valueAt)), new(key.AsSpan(end + 1, GuidBytes), bigEndian: true), Encoding.UTF8.GetString(key.AsSpan(end + 1 + GuidBytes)));
    }

    public static Guid ContainerIdOf(byte[] blobKey) => new(blobKey.AsSpan(GuidBytes + 1, GuidBytes), bigEndian: true);

    /// <summary>All that an account has.</summary>
    public static RowRange Everything(Guid account) => RowRange.Of(Bytes(account));

    public static RowRange BlobsOf(Guid account, Guid container) => RowRange.Of(Of(account, Blob, Bytes(container)));

    public static RowRange AllBlocks(Guid account) => RowRange.Of(Of(account, Uncommitted));

    public static RowRange BlocksOf(Guid account, Guid container) => RowRange.Of(Of(account, Uncommitted, Bytes(container)));

    /// <summary>The key of a row of an account: also of shares, whose kinds are other letters.</summary>
    public static byte[] Of(Guid account, byte kind, params ReadOnlySpan<byte> rest)
    {
        var key = new byte[GuidBytes + 1 + rest.Length];
        account.TryWriteBytes(key, bigEndian: true, out _);
        key[GuidBytes] = kind;
        rest.CopyTo(key.AsSpan(GuidBytes + 1));
        return key;
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static byte[] Number(long ticks)
    {
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, ticks);
        return number;
    }
}
