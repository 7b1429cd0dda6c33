using System.Security.Cryptography;

namespace Atrium.Storage.Contents;

/// <summary>Sums up what is read through it.</summary>
public sealed class SummingStream : ForwardStream
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
