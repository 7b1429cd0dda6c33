using System.Buffers;
using System.IO.Pipelines;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>Passes server-sent events on, each of them whole: where an answer breaks off in the midst of one, nothing of that one has gone out, and an event of ours can follow.</summary>
internal static class PassedEvents
{
    /// <summary>Until the answer ends. What came last is written and not flushed, so that the call can be counted before.</summary>
    /// <param name="source">The answer.</param>
    /// <param name="output">Where the events go.</param>
    /// <param name="waits">Called before each reading.</param>
    /// <param name="passes">Whether an event, with the empty line that ends it, goes on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task PassAsync(Stream source, PipeWriter output, Action waits, Func<ReadOnlySequence<byte>, bool> passes, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(source);
        var place = (Searched: 0L, Line: 0L);
        while (true)
        {
            waits();
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryReadEvent(ref rest, ref place, out var item))
            {
                if (passes(item))
                {
                    Write(output, item);
                }
            }

            if (read.IsCompleted)
            {
                Write(output, rest);
                return;
            }

            reader.AdvanceTo(rest.Start, rest.End);
            await output.FlushAsync(cancellationToken);
        }
    }

    private static void Write(PipeWriter output, ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
        {
            output.Write(part.Span);
        }
    }

    /// <summary>An event with the empty line that ends it. What was searched before is not searched again, however slowly a long event comes.</summary>
    private static bool TryReadEvent(ref ReadOnlySequence<byte> buffer, ref (long Searched, long Line) place, out ReadOnlySequence<byte> item)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(place.Searched);
        while (reader.TryAdvanceTo((byte)'\n'))
        {
            var line = buffer.Slice(place.Line, reader.Consumed - 1 - place.Line);
            place = (reader.Consumed, reader.Consumed);
            if (line.Length == 0 || (line.Length == 1 && line.FirstSpan[0] == '\r'))
            {
                item = buffer.Slice(0, reader.Position);
                buffer = buffer.Slice(reader.Position);
                place = default;
                return true;
            }
        }

        place.Searched = buffer.Length;
        item = default;
        return false;
    }
}
