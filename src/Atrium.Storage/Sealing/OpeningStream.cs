using System.Buffers;
using Atrium.Storage.Contents;

namespace Atrium.Storage.Sealing;

/// <summary>Reads sealed chunks and gives the content, from an offset to its end. What was read is what was sealed: a chunk is given only after it proved genuine.</summary>
internal sealed class OpeningStream : ForwardStream
{
    private readonly Stream chunks;
    private readonly ContentKey key;
    private readonly Sealer sealer;
    private readonly SealHeader header;
    private readonly byte[] sealedChunk = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes + Sealer.TagBytes);
    private readonly byte[] plain = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes);
    private ReadOnlyMemory<byte> ready;
    private long number;
    private int skip;
    private bool isDisposed;

    /// <param name="chunks">The sealed content from the beginning of the chunk in which the offset lies. The stream's from now on.</param>
    /// <param name="key">That the header names. The stream's from now on.</param>
    /// <param name="header">Of the content.</param>
    /// <param name="name">Of the content.</param>
    /// <param name="offset">In the content.</param>
    public OpeningStream(Stream chunks, ContentKey key, SealHeader header, string name, long offset)
    {
        (this.chunks, this.key, this.header) = (chunks, key, header);
        sealer = new(key, header, name);
        (number, skip) = (offset / Sealer.ChunkBytes, (int)(offset % Sealer.ChunkBytes));
    }

    /// <exception cref="EndOfStreamException">The sealed content ends before it should.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var size = (int)Math.Min(Sealer.ChunkBytes, header.Length - (number * Sealer.ChunkBytes));
        if (ready.IsEmpty && size > 0 && buffer.Length > 0)
        {
            await chunks.ReadExactlyAsync(sealedChunk.AsMemory(0, size + Sealer.TagBytes), cancellationToken);
            if (skip == 0 && buffer.Length >= size)
            {
                sealer.Open(number++, sealedChunk.AsSpan(0, size + Sealer.TagBytes), buffer.Span);
                return size;
            }

            sealer.Open(number++, sealedChunk.AsSpan(0, size + Sealer.TagBytes), plain);
            ready = plain.AsMemory(skip, size - skip);
            skip = 0;
        }

        var given = Math.Min(ready.Length, buffer.Length);
        ready[..given].CopyTo(buffer);
        ready = ready[given..];
        return given;
    }

    public override async ValueTask DisposeAsync()
    {
        await chunks.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            chunks.Dispose();
            sealer.Dispose();
            key.Dispose();
            ArrayPool<byte>.Shared.Return(sealedChunk);
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }

        base.Dispose(disposing);
    }
}
