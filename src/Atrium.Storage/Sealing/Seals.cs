namespace Atrium.Storage.Sealing;

/// <summary>Contents that lie somewhere sealed: written and read in the memory of a chunk, from any offset.</summary>
public static class Seals
{
    /// <summary>How long a content is when it is sealed.</summary>
    public static long SealedLength(long length) => Sealer.SealedLength(length);

    /// <summary>A content as it is to be kept, <see cref="SealedLength"/> bytes.</summary>
    /// <param name="content">What is sealed; stays the caller's.</param>
    /// <param name="length">How many bytes of it.</param>
    /// <param name="key">Held by the caller until the stream is disposed.</param>
    /// <param name="name">Of the content; it opens under no other.</param>
    /// <exception cref="EndOfStreamException">At reading: the content ended before that.</exception>
    public static Stream Seal(Stream content, long length, ContentKey key, string name)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SealingStream(content, key, SealHeader.New(key.Id, length), name);
    }

    /// <summary>The content of what was sealed, from an offset to its end.</summary>
    /// <param name="openAt">Opens what is kept at an offset.</param>
    /// <param name="keys">Have the key.</param>
    /// <param name="name">Of the content.</param>
    /// <param name="offset">In the content.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="InvalidDataException">It is not sealed.</exception>
    public static async ValueTask<Stream> OpenAsync(
        Func<long, CancellationToken, ValueTask<Stream>> openAt, IContentKeys keys, string name, long offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(openAt);
        ArgumentNullException.ThrowIfNull(keys);
        var stream = await openAt(0, cancellationToken);
        try
        {
            var bytes = new byte[SealHeader.Size];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            var header = SealHeader.Read(bytes);
            var key = await keys.OpenAsync(header.Key, cancellationToken);
            if (offset >= Sealer.ChunkBytes)
            {
                stream = await MoveAsync(stream, openAt, Sealer.ChunkAt(offset / Sealer.ChunkBytes), cancellationToken);
            }

            return new OpeningStream(stream, key, header, name, offset);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<Stream> MoveAsync(Stream stream, Func<long, CancellationToken, ValueTask<Stream>> openAt, long place, CancellationToken cancellationToken)
    {
        if (stream.CanSeek)
        {
            stream.Position = place;
            return stream;
        }

        await stream.DisposeAsync();
        return await openAt(place, cancellationToken);
    }
}
