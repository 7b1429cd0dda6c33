namespace Atrium.Inference.Tests.Speaking;

/// <summary>How high somebody speaks.</summary>
internal static class SpeechPitch
{
    /// <summary>The median of the pitch of short stretches, by autocorrelation.</summary>
    public static double Of(short[] samples, int rate)
    {
        const int window = 640;
        var found = new List<double>();
        for (var at = 0; at + (2 * window) < samples.Length; at += window)
        {
            double Product(int lag) => Enumerable.Range(at, window).Sum(i => (double)samples[i] * samples[i + lag]);
            var power = Product(0);
            var best = Enumerable.Range(rate / 400, (rate / 60) - (rate / 400)).MaxBy(Product);
            if (power > 1e9 && Product(best) > power / 2)
            {
                found.Add((double)rate / best);
            }
        }

        found.Sort();
        return found[found.Count / 2];
    }
}
