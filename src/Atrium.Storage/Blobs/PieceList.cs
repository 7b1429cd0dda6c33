using System.Buffers.Binary;

namespace Atrium.Storage.Blobs;

/// <summary>A piece of a blob's content.</summary>
/// <param name="Id">Of its bytes.</param>
/// <param name="Length">How many.</param>
/// <param name="IsRow">Whether they lie in a row.</param>
/// <param name="Block">The block's id; empty for what was appended.</param>
public sealed record Piece(Guid Id, long Length, bool IsRow, byte[] Block);

/// <summary>Lists of pieces as they are kept: rows of at most <see cref="PiecesPerRow"/>, so that appending to a long list rewrites only its end. Pure.</summary>
internal static class PieceList
{
    public const int PiecesPerRow = 512;
    private const int GuidBytes = 16;
    private const int FixedBytes = GuidBytes + sizeof(long) + 2;
    private const byte InRow = 1;

    public static byte[] Write(IReadOnlyList<Piece> pieces)
    {
        var bytes = new byte[pieces.Sum(piece => FixedBytes + piece.Block.Length)];
        var rest = bytes.AsSpan();
        foreach (var piece in pieces)
        {
            piece.Id.TryWriteBytes(rest, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(rest[GuidBytes..], piece.Length);
            rest[GuidBytes + sizeof(long)] = piece.IsRow ? InRow : (byte)0;
            rest[FixedBytes - 1] = (byte)piece.Block.Length;
            piece.Block.CopyTo(rest[FixedBytes..]);
            rest = rest[(FixedBytes + piece.Block.Length)..];
        }

        return bytes;
    }

    public static List<Piece> Read(byte[] bytes)
    {
        var pieces = new List<Piece>();
        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 0;)
        {
            var blockBytes = rest[FixedBytes - 1];
            pieces.Add(new(
                new(rest[..GuidBytes], bigEndian: true),
                BinaryPrimitives.ReadInt64BigEndian(rest[GuidBytes..]),
                rest[GuidBytes + sizeof(long)] == InRow,
                rest.Slice(FixedBytes, blockBytes).ToArray()));
            rest = rest[(FixedBytes + blockBytes)..];
        }

        return pieces;
    }
}
