using Concentus;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>Changes the samples a second of a sound.</summary>
internal static class SampleRates
{
    /// <summary>0 to 10; from 5 on nobody hears a difference in speech.</summary>
    private const int Quality = 6;

    /// <summary>The whole of a sound at another rate.</summary>
    public static short[] Change(short[] samples, int from, int to)
    {
        if (from == to || samples.Length == 0)
        {
            return samples;
        }

        using var resampler = ResamplerFactory.CreateResampler(1, from, to, Quality) as IDisposable;
        var filter = (IResampler)resampler!;
        filter.SkipZeroes();
        var wanted = (int)((long)samples.Length * to / from);
        // Silence behind the end pushes the last samples out of the filter.
        var input = new short[samples.Length + filter.InputLatency + 1];
        samples.CopyTo(input, 0);
        var output = new short[wanted];
        var (taken, made) = (0, 0);
        while (made < wanted && taken < input.Length)
        {
            var (length, room) = (input.Length - taken, wanted - made);
            filter.Process(0, input.AsSpan(taken, length), ref length, output.AsSpan(made, room), ref room);
            if (length == 0 && room == 0)
            {
                break;
            }

            (taken, made) = (taken + length, made + room);
        }

        return output;
    }
}
