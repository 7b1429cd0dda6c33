using System.Buffers;
using Atrium.Storage.Contents;

namespace Atrium.Storage.Sealing;

/// <summary>Reads a content and gives it sealed: header, chunk after chunk. Leaves the content's stream and the key to the caller.</summary>
internal sealed class SealingStream(Stream content, ContentKey key, SealHeader header, string name) : ForwardStream
{
    private readonly Sealer sealer = new(key, header, name);
    private readonly byte[] plain = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes);
    private readonly byte[] rest = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes + Sealer.TagBytes);
    private ReadOnlyMemory<byte> ready = header.Bytes;
    private long left = header.Length;
    private long number;
    private bool isDisposed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (ready.IsEmpty && left > 0)
        {
            var taken = (int)Math.Min(left, Sealer.ChunkBytes);
            await content.ReadExactlyAsync(plain.AsMemory(0, taken), cancellationToken);
            left -= taken;
            if (buffer.Length >= taken + Sealer.TagBytes)
            {
                sealer.Seal(number++, plain.AsSpan(0, taken), buffer.Span);
                return taken + Sealer.TagBytes;
            }

            sealer.Seal(number++, plain.AsSpan(0, taken), rest);
            ready = rest.AsMemory(0, taken + Sealer.TagBytes);
        }

        var given = Math.Min(ready.Length, buffer.Length);
        ready[..given].CopyTo(buffer);
        ready = ready[given..];
        return given;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            sealer.Dispose();
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
            ArrayPool<byte>.Shared.Return(rest);
        }

        base.Dispose(disposing);
    }
}
