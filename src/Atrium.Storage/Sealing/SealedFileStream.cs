using System.Buffers;

namespace Atrium.Storage.Sealing;

/// <summary>A sealed content in a file, read from anywhere. The file and the key are the stream's. Not for two threads at once.</summary>
public sealed class SealedFileStream : Stream
{
    private readonly FileStream file;
    private readonly ContentKey key;
    private readonly Sealer sealer;
    private readonly SealHeader header;
    private readonly byte[] sealedChunk = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes + Sealer.TagBytes);
    private readonly byte[] plain = ArrayPool<byte>.Shared.Rent(Sealer.ChunkBytes);
    private long loaded = -1;
    private long position;
    private bool isDisposed;

    private SealedFileStream(FileStream file, ContentKey key, SealHeader header, string name) =>
        (this.file, this.key, this.header, sealer) = (file, key, header, new(key, header, name));

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Of the content, in bytes.</summary>
    public override long Length => header.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    /// <summary>Opens what <see cref="Seals.Seal"/> wrote into a file, which is the stream's from now on.</summary>
    /// <exception cref="InvalidDataException">It is not sealed.</exception>
    public static async ValueTask<SealedFileStream> OpenAsync(FileStream file, IContentKeys keys, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            var bytes = new byte[SealHeader.Size];
            await file.ReadExactlyAsync(bytes, cancellationToken);
            var header = SealHeader.Read(bytes);
            return new(file, await keys.OpenAsync(header.Key, cancellationToken), header, name);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var number = position / Sealer.ChunkBytes;
        var (at, size) = ((int)(position % Sealer.ChunkBytes), (int)Math.Clamp(header.Length - (number * Sealer.ChunkBytes), 0, Sealer.ChunkBytes));
        if (buffer.Length == 0 || at >= size)
        {
            return 0;
        }

        if (loaded != number)
        {
            file.Position = Sealer.ChunkAt(number);
            await file.ReadExactlyAsync(sealedChunk.AsMemory(0, size + Sealer.TagBytes), cancellationToken);
            loaded = -1;
            sealer.Open(number, sealedChunk.AsSpan(0, size + Sealer.TagBytes), plain);
            loaded = number;
        }

        var given = Math.Min(size - at, buffer.Length);
        plain.AsMemory(at, given).CopyTo(buffer);
        position += given;
        return given;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => header.Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            file.Dispose();
            sealer.Dispose();
            key.Dispose();
            ArrayPool<byte>.Shared.Return(sealedChunk);
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }

        base.Dispose(disposing);
    }
}
