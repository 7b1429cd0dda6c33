namespace Atrium.Storage.Contents;

/// <summary>Exactly so many bytes of a stream, which stays the caller's.</summary>
internal sealed class ExactStream(Stream content, long length) : ForwardStream
{
    private long left = length;

    /// <exception cref="EndOfStreamException">The stream ended before that.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0 || buffer.Length == 0)
        {
            return 0;
        }

        var read = await content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        return read > 0 ? read : throw new EndOfStreamException($"The content ended {left} bytes early.");
    }
}
