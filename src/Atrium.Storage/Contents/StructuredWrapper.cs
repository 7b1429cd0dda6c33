namespace Atrium.Storage.Contents;

/// <summary>Wraps content of a known length into a structured body.</summary>
public sealed class StructuredWrapper(Stream content, long length) : ForwardStream
{
    private byte[] frame = StructuredMessage.Header(length);
    private int frameAt;
    private long left = length;
    private long leftInSegment;
    private int number;
    private ulong sum;
    private ulong whole;
    private bool isOver;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (frameAt == frame.Length && leftInSegment == 0)
        {
            NextFrame();
        }

        if (frameAt < frame.Length)
        {
            var part = Math.Min(buffer.Length, frame.Length - frameAt);
            frame.AsMemory(frameAt, part).CopyTo(buffer);
            frameAt += part;
            return part;
        }

        if (leftInSegment == 0)
        {
            return 0;
        }

        var read = await content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, leftInSegment)], cancellationToken);
        sum = Crc64.Append(sum, buffer.Span[..read]);
        whole = Crc64.Append(whole, buffer.Span[..read]);
        left -= read;
        leftInSegment -= read;
        return read;
    }

    /// <summary>Between two segments stand the sum of the one and the header of the other.</summary>
    private void NextFrame()
    {
        if (isOver)
        {
            return;
        }

        var before = number > 0 ? Crc64.ToBytes(sum) : [];
        isOver = left == 0;
        leftInSegment = Math.Min(left, StructuredMessage.SegmentBytes);
        frame = [.. before, .. isOver ? Crc64.ToBytes(whole) : StructuredMessage.SegmentHeader(++number, leftInSegment)];
        frameAt = 0;
        sum = 0;
    }
}
