using System.Text;
using Atrium.Server.Gateway.Batches;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Lines of a file that comes in pieces of any size.</summary>
public sealed class BoundedLinesTests
{
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>Searching all of a longest line again after each piece takes minutes, searching it once takes far less than a second.</summary>
    private static readonly TimeSpan Linear = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("", null)]
    [InlineData("\n", "")]
    [InlineData("a\r\nb\n\nc", "a|b||c")]
    [InlineData("\uFEFFa\n\uFEFFb\r", "a|\uFEFFb")]
    [InlineData("\uFEFF\r\n\r", "|")]
    [InlineData("12345678\n123456789\n12345678901234567890\n1", "12345678|null|null|1")]
    public async Task Lines_are_the_same_whatever_pieces_they_come_in(string text, string? expected)
    {
        foreach (var piece in (int[])[1, 2, 3, 5, 1000])
        {
            var lines = await ReadAsync(new Pieces(Encoding.UTF8.GetBytes(text), piece), 8);
            Assert.Equal(expected?.Split('|') ?? [], lines.Select(line => line is null ? "null" : Encoding.UTF8.GetString(line)));
        }
    }

    [Fact]
    public async Task A_longest_line_in_small_pieces_is_searched_once()
    {
        var text = new byte[Longest + 1];
        Array.Fill(text, (byte)'x');
        text[^1] = (byte)'\n';
        var line = Assert.Single(await ReadAsync(new Pieces(text, 256), Longest).WaitAsync(Linear, TestContext.Current.CancellationToken));
        Assert.Equal(Longest, line!.Length);
    }

    private static async Task<List<byte[]?>> ReadAsync(Stream content, int longest)
    {
        // A stream that is always ready would never let go of the thread that measures the time.
        await Task.Yield();
        var lines = new List<byte[]?>();
        await foreach (var line in BoundedLines.ReadAsync(content, longest, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Gives no more than so many bytes at once.</summary>
    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
