using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Atrium.Server.Gateway.Batches;

/// <summary>The lines of a text file, each no longer than so many bytes: what is held of a file is one of its lines, whatever it is.</summary>
internal static class BoundedLines
{
    /// <summary>Of the file that are read at once.</summary>
    private const int BlockBytes = 256 * 1024;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Each line without its end, and without the mark that a file in UTF-8 may begin with; null in place of one that is longer. The file is closed behind the last.</summary>
    public static async IAsyncEnumerable<byte[]?> ReadAsync(Stream content, int longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(content, new(bufferSize: BlockBytes));
        var (number, isTooLong, searched) = (0, false, 0L);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var rest = read.Buffer;
                while (rest.Slice(searched).PositionOf((byte)'\n') is { } end)
                {
                    yield return isTooLong ? null : Line(rest.Slice(0, end), longest, number);
                    (number, isTooLong, searched) = (number + 1, false, 0);
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

                // Of a line that is too long nothing more is kept; what was searched of another one is not searched again.
                isTooLong |= rest.Length > longest;
                searched = isTooLong ? 0 : rest.Length;
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

        if (number == 0 && new SequenceReader<byte>(text).IsNext(Mark))
        {
            text = text.Slice(Mark.Length);
        }

        return (text.Length > 0 && text.Slice(text.Length - 1).FirstSpan is [(byte)'\r'] ? text.Slice(0, text.Length - 1) : text).ToArray();
    }
}
