namespace Atrium.Inference.Video;

/// <summary>Tells which pictures of a video show something new: those that differ from the last one that did, as a whole or in a place.</summary>
public sealed class SceneGate
{
    private const int Columns = 32;
    private const int Rows = 18;

    /// <summary>Differences of brightness and colour, of 255: of the picture in the mean, and of one field of it (a line of text that appears).</summary>
    private const double Everywhere = 8;
    private const double InAPlace = 40;

    private byte[]? _last;

    /// <summary>A gate that goes on from what an earlier one has seen; null for a new one.</summary>
    public SceneGate(byte[]? state) => _last = state is { Length: Columns * Rows * 3 } ? state : null;

    /// <summary>What another gate needs to go on.</summary>
    public byte[]? State => _last;

    /// <summary>Whether a picture shows something new.</summary>
    public bool Passes(VideoFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var fields = Fields(frame);
        if (_last is not null && !Differ(_last, fields))
        {
            return false;
        }

        _last = fields;
        return true;
    }

    private static bool Differ(byte[] one, byte[] other)
    {
        var sum = 0.0;
        for (var field = 0; field < one.Length; field += 3)
        {
            var difference = (Math.Abs(one[field] - other[field]) + Math.Abs(one[field + 1] - other[field + 1]) + Math.Abs(one[field + 2] - other[field + 2])) / 3.0;
            if (difference >= InAPlace)
            {
                return true;
            }

            sum += difference;
        }

        return sum * 3 / one.Length >= Everywhere;
    }

    /// <summary>The mean colour of each field.</summary>
    private static byte[] Fields(VideoFrame frame)
    {
        var (sums, counts) = (new long[Columns * Rows * 3], new int[Columns * Rows]);
        for (var y = 0; y < frame.Height; y++)
        {
            for (var x = 0; x < frame.Width; x++)
            {
                var (field, pixel) = ((y * Rows / frame.Height * Columns) + (x * Columns / frame.Width), ((y * frame.Width) + x) * 3);
                counts[field]++;
                for (var colour = 0; colour < 3; colour++)
                {
                    sums[(field * 3) + colour] += frame.Pixels[pixel + colour];
                }
            }
        }

        return [.. sums.Select((sum, at) => (byte)(sum / Math.Max(1, counts[at / 3])))];
    }
}
