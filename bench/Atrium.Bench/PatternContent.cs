using System.Net;

namespace Atrium.Bench;

/// <summary>A body of any length from one block of random bytes, so that making it costs next to nothing.</summary>
internal sealed class PatternContent(long length) : HttpContent
{
    public const int BlockBytes = 1024 * 1024;
    private static readonly byte[] Block = Random(BlockBytes);

    /// <summary>Writes so many bytes.</summary>
    public static async Task WriteAsync(Stream stream, long length, CancellationToken cancellationToken = default)
    {
        for (var left = length; left > 0; left -= Math.Min(left, BlockBytes))
        {
            await stream.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, BlockBytes)), cancellationToken);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, length);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
        return bytes;
    }
}
