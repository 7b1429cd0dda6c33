using System.Security.Cryptography;

namespace Atrium.Storage.Contents;

/// <summary>Sums up what is read through it.</summary>
public sealed class SummingStream : Stream
{
    private readonly Stream inner;
    private readonly IncrementalHash? md5;
    private readonly bool sumsCrc64;
    private ulong crc64;

    /// <param name="inner">Read from; not closed with this one.</param>
    /// <param name="md5">Whether the MD5 is wanted.</param>
    /// <param name="crc64">Whether the CRC-64 is wanted.</param>
    public SummingStream(Stream inner, bool md5, bool crc64)
    {
        this.inner = inner;
#pragma warning disable CA5351 // The protocol's checksum against faults of transport, not a protection.
        this.md5 = md5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351
        sumsCrc64 = crc64;
    }

    /// <summary>The CRC-64 of what was read.</summary>
    public byte[] Crc => Crc64.ToBytes(crc64);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The MD5 of what was read, once.</summary>
    public byte[] Md5() => md5!.GetHashAndReset();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Add(buffer.Span[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Add(buffer.AsSpan(offset, read));
        return read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        md5?.Dispose();
        base.Dispose(disposing);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        md5?.AppendData(bytes);
        if (sumsCrc64)
        {
            crc64 = Crc64.Append(crc64, bytes);
        }
    }
}
