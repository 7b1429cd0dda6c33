using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Atrium.Storage.Sealing;

/// <summary>
/// What lies before a sealed content, <see cref="Size"/> bytes: a mark (8), the id of the key (16), a salt (32), the length of the content in bytes (8, big endian).
/// The whole of it goes into the content's own key, so a changed header opens nothing.
/// </summary>
/// <param name="Key">Under which the content is sealed.</param>
/// <param name="Length">Of the content before it was sealed, in bytes.</param>
/// <param name="Bytes">The header as it is written.</param>
public sealed record SealHeader(Guid Key, long Length, byte[] Bytes)
{
    /// <summary>How long a header is.</summary>
    public const int Size = 64;

    private const int KeyAt = 8;
    private const int SaltAt = 24;
    private const int LengthAt = 56;

    private static ReadOnlySpan<byte> Mark => "ATSEAL\0\u0001"u8;

    /// <summary>The header of a content that is about to be sealed.</summary>
    public static SealHeader New(Guid key, long length)
    {
        var bytes = new byte[Size];
        Mark.CopyTo(bytes);
        key.TryWriteBytes(bytes.AsSpan(KeyAt), bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes.AsSpan(SaltAt, LengthAt - SaltAt));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(LengthAt), length);
        return new(key, length, bytes);
    }

    /// <exception cref="InvalidDataException">It is no header.</exception>
    public static SealHeader Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return bytes.Length == Size && bytes.AsSpan().StartsWith(Mark) && BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(LengthAt)) is >= 0 and var length
            ? new(new(bytes.AsSpan(KeyAt, SaltAt - KeyAt), bigEndian: true), length, bytes)
            : throw new InvalidDataException("The content has no seal where one is wanted.");
    }
}
