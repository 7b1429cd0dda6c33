using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Storage.Sealing;

/// <summary>
/// Seals and opens the chunks of one content by AES-256-GCM, each under its number. The key is the content's own and used for nothing else, so the numbers are
/// nonces that never come twice; with the length in the header a chunk that is moved, lacking or another content's does not open. Not for two threads at once.
/// </summary>
internal sealed class Sealer : IDisposable
{
    /// <summary>Content in a chunk; the last one may have less.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>What a chunk is longer by when it is sealed.</summary>
    public const int TagBytes = 16;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private readonly ContentKey key;
    private readonly AesGcm aes;

    /// <param name="key">Held by the caller for as long.</param>
    /// <param name="header">Of the content.</param>
    /// <param name="name">Of the content: what is sealed under one name does not open under another.</param>
    public Sealer(ContentKey key, SealHeader header, string name)
    {
        this.key = key;
        Span<byte> own = stackalloc byte[KeyBytes];
        key.Derive(header.Bytes, Encoding.UTF8.GetBytes("atrium content\n" + name), own);
        aes = new(own, TagBytes);
        CryptographicOperations.ZeroMemory(own);
    }

    /// <summary>How long a content is when it is sealed, header and all.</summary>
    public static long SealedLength(long length) => SealHeader.Size + length + ((length + ChunkBytes - 1) / ChunkBytes * TagBytes);

    /// <summary>Where a chunk begins in a sealed content.</summary>
    public static long ChunkAt(long number) => SealHeader.Size + (number * (ChunkBytes + TagBytes));

    /// <param name="number">Of the chunk, from 0.</param>
    /// <param name="plain">The chunk.</param>
    /// <param name="target">Takes it sealed: <see cref="TagBytes"/> more.</param>
    public void Seal(long number, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        key.DemandUsable();
        aes.Encrypt(Nonce(stackalloc byte[NonceBytes], number), plain, target[..plain.Length], target.Slice(plain.Length, TagBytes));
    }

    /// <param name="number">Of the chunk, from 0.</param>
    /// <param name="sealedChunk">The chunk as it was sealed.</param>
    /// <param name="target">Takes it opened: <see cref="TagBytes"/> less.</param>
    /// <exception cref="CryptographicException">It was changed, moved, or sealed under another key.</exception>
    public void Open(long number, ReadOnlySpan<byte> sealedChunk, Span<byte> target)
    {
        key.DemandUsable();
        aes.Decrypt(Nonce(stackalloc byte[NonceBytes], number), sealedChunk[..^TagBytes], sealedChunk[^TagBytes..], target[..(sealedChunk.Length - TagBytes)]);
    }

    public void Dispose() => aes.Dispose();

    private static Span<byte> Nonce(Span<byte> nonce, long number)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[(NonceBytes - sizeof(long))..], number);
        return nonce;
    }
}
