namespace Atrium.Inference.Speaking;

/// <summary>Makes a sound louder or softer. Pure but for the samples given.</summary>
internal static class Loudness
{
    public static void Change(Span<short> samples, double times)
    {
        if (times == 1)
        {
            return;
        }

        foreach (ref var sample in samples)
        {
            sample = (short)Math.Clamp(sample * times, short.MinValue, short.MaxValue);
        }
    }
}
