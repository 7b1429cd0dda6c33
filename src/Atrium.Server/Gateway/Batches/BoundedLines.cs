using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Atrium.Server.Gateway.Batches;

/// <summary>The lines of a text file, each no longer than so many bytes: what is held of a file is one of its lines, whatever it is.</summary>
internal static class BoundedLines
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Each line without its end, and without the mark that a file in UTF-8 may begin with; null in place of one that is longer. The file is closed behind the last.</summary>
    public static async IAsyncEnumerable<byte[]?> ReadAsync(Stream content, int longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(content);
        var (number, isTooLong) = (0, false);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    yield return isTooLong ? null : Line(rest.Slice(0, end), longest, number);
                    (number, isTooLong) = (number + 1, false);
                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                if (read.IsCompleted)
                {
                    if (isTooLong || rest.Length > 0)
                    {
                        yield return isTooLong ? null : Line(rest, longest, number);
                    }

                    yield break;
                }

                // Of a line that is too long nothing more is kept.
                isTooLong |= rest.Length > longest;
                reader.AdvanceTo(isTooLong ? rest.End : rest.Start, rest.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static byte[]? Line(ReadOnlySequence<byte> text, int longest, int number)
    {
        if (text.Length > longest)
        {
            return null;
        }

        var bytes = text.ToArray();
        var from = number == 0 && bytes.AsSpan().StartsWith(Mark) ? Mark.Length : 0;
        return bytes[from..(bytes is [.., (byte)'\r'] ? bytes.Length - 1 : bytes.Length)];
    }
}
