namespace Atrium.Server.Hosting;

/// <summary>Reads a body whole that may not be larger than it should.</summary>
internal static class BoundedBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>The bytes; null when there are more than allowed.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, long? announced, int maxBytes, CancellationToken cancellationToken)
    {
        if (announced > maxBytes)
        {
            return null;
        }

        var buffer = new MemoryStream((int)(announced ?? 0));
        var chunk = new byte[ChunkBytes];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > maxBytes)
            {
                return null;
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>Copies what comes; the number of bytes, or null when there are more than allowed.</summary>
    public static async Task<long?> CopyAsync(Stream stream, Stream target, long maxBytes, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkBytes];
        var copied = 0L;
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            copied += read;
            if (copied > maxBytes)
            {
                return null;
            }

            await target.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        return copied;
    }
}
