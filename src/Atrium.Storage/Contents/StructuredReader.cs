using System.Buffers.Binary;

namespace Atrium.Storage.Contents;

/// <summary>Takes the content out of a structured body. A checksum is proved before the last bytes that it is about are given out.</summary>
public sealed class StructuredReader(Stream inner) : ForwardStream
{
    private bool hasBegun;
    private bool hasSums;
    private int segments;
    private int number;
    private long left;
    private ulong sum;
    private ulong whole;

    /// <inheritdoc/>
    /// <exception cref="StorageException">It is no such body, or a checksum is wrong.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!hasBegun)
        {
            await BeginAsync(cancellationToken);
        }

        while (left == 0)
        {
            if (number == segments)
            {
                return 0;
            }

            await NextAsync(cancellationToken);
        }

        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        if (read == 0 && buffer.Length > 0)
        {
            throw Invalid("it ends within a segment");
        }

        sum = Crc64.Append(sum, buffer.Span[..read]);
        whole = Crc64.Append(whole, buffer.Span[..read]);
        left -= read;
        if (left == 0)
        {
            await EndAsync(cancellationToken);
        }

        return read;
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        var header = await TakeAsync(StructuredMessage.HeaderBytes, cancellationToken);
        if (header[0] != StructuredMessage.Version)
        {
            throw Invalid($"its version is {header[0]}");
        }

        hasSums = (BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(9)) & StructuredMessage.WithCrc64) != 0;
        segments = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(11));
        hasBegun = true;
        if (segments == 0)
        {
            await EndWholeAsync(cancellationToken);
        }
    }

    private async ValueTask NextAsync(CancellationToken cancellationToken)
    {
        var header = await TakeAsync(StructuredMessage.SegmentHeaderBytes, cancellationToken);
        number++;
        left = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(2));
        sum = 0;
        if (BinaryPrimitives.ReadUInt16LittleEndian(header) != number || left < 0)
        {
            throw Invalid($"its segment {number} has another number or a length below 0");
        }

        if (left == 0)
        {
            await EndAsync(cancellationToken);
        }
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await DemandAsync(sum, cancellationToken);
        if (number == segments)
        {
            await EndWholeAsync(cancellationToken);
        }
    }

    private ValueTask EndWholeAsync(CancellationToken cancellationToken) => DemandAsync(whole, cancellationToken);

    private async ValueTask DemandAsync(ulong found, CancellationToken cancellationToken)
    {
        if (hasSums && BinaryPrimitives.ReadUInt64LittleEndian(await TakeAsync(Crc64.Size, cancellationToken)) != found)
        {
            throw new StorageException("Crc64Mismatch", "The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.");
        }
    }

    private async ValueTask<byte[]> TakeAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        return await inner.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken) == length ? bytes : throw Invalid("it ends too early");
    }

    private static StorageException Invalid(string why) => new("InvalidInput", $"The structured body cannot be read: {why}.");
}
