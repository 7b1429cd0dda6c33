namespace Atrium.Inference.Speakers.Diarization;

/// <summary>
/// Moves the borders between voices to where they are: each voice is a normal distribution of its frames, and the likeliest course of voices is found (Viterbi), in
/// which another voice has a price. Works on the labels that it is given.
/// </summary>
internal sealed class SpeakerSmoothing(SpokenFeatures features, double[] whole, int[] labels, int voices)
{
    private const int Rounds = 3;

    /// <summary>What another voice costs, as a logarithm of likelihood, and behind a pause.</summary>
    private const double Change = 30, ChangeBehindPause = 15;
    private const int Pause = 30;
    private const int LeastFrames = 100;
    private const int StepFrames = 10_000;

    /// <summary>Of a frame for a voice that has too little to have a distribution.</summary>
    private const double Unlikely = -200;

    public IEnumerable<bool> Steps()
    {
        for (var round = 0; round < Rounds && voices > 1; round++)
        {
            var shapes = Shapes();
            var (scores, from) = (new double[voices], new byte[features.Count * voices]);
            for (var frame = 0; frame < features.Count; frame++)
            {
                scores = Follow(frame, scores, from.AsSpan(frame * voices, voices), shapes);
                if (frame % StepFrames == StepFrames - 1)
                {
                    yield return true;
                }
            }

            var voice = Array.IndexOf(scores, scores.Max());
            for (var frame = features.Count - 1; frame >= 0; frame--)
            {
                labels[frame] = voice;
                voice = from[(frame * voices) + voice];
            }

            yield return true;
        }
    }

    /// <summary>The scores behind a frame, and the voice before it for each.</summary>
    private double[] Follow(int frame, double[] scores, Span<byte> from, Shape?[] shapes)
    {
        var best = Array.IndexOf(scores, scores.Max());
        var change = frame > 0 && features.Time(frame) - features.Time(frame - 1) > Pause ? ChangeBehindPause : Change;
        var next = new double[voices];
        for (var voice = 0; voice < voices; voice++)
        {
            var isNew = scores[best] - change > scores[voice];
            from[voice] = (byte)(isNew ? best : voice);
            next[voice] = (isNew ? scores[best] - change : scores[voice]) + (!features.IsLoud(frame) ? 0 : shapes[voice]?.Likelihood(features[frame]) ?? Unlikely);
        }

        return next;
    }

    private Shape?[] Shapes()
    {
        var sums = Enumerable.Range(0, voices).Select(_ => new SpeakerSums()).ToArray();
        for (var frame = 0; frame < features.Count; frame++)
        {
            if (features.IsLoud(frame))
            {
                sums[labels[frame]].Add(features[frame]);
            }
        }

        return Array.ConvertAll(sums, sum => sum.Count > LeastFrames ? new Shape(sum.Mean(), sum.Root(whole)) : null);
    }

    /// <summary>A normal distribution.</summary>
    private sealed record Shape(double[] Mean, double[,] Root)
    {
        private readonly double _logarithm = Enumerable.Range(0, SpeakerSums.Size).Sum(i => Math.Log(Root[i, i]));

        /// <summary>Logarithm of the likelihood of a frame, but for what all have in common.</summary>
        public double Likelihood(ReadOnlySpan<float> frame)
        {
            Span<double> solved = stackalloc double[SpeakerSums.Size];
            var distance = 0.0;
            for (var i = 0; i < SpeakerSums.Size; i++)
            {
                var rest = frame[i] - Mean[i];
                for (var k = 0; k < i; k++)
                {
                    rest -= Root[i, k] * solved[k];
                }

                solved[i] = rest / Root[i, i];
                distance += solved[i] * solved[i];
            }

            return (-0.5 * distance) - _logarithm;
        }
    }
}
