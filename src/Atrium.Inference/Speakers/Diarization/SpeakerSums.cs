namespace Atrium.Inference.Speakers.Diarization;

/// <summary>What a normal distribution of the cepstra of some frames is made of: their number, sums and sums of products.</summary>
internal sealed class SpeakerSums
{
    /// <summary>Cepstra of a frame.</summary>
    public const int Size = 14;

    /// <summary>Frames without which nothing can be told.</summary>
    public const int LeastFrames = 40;

    /// <summary>Of the variance in the whole audio; keeps a voice that does not vary in some direction from being infinitely far from all others.</summary>
    private const double Ridge = 0.01;

    /// <summary>
    /// Weight of the penalty of having two voices in place of one. By the criterion's theory it is 1 for independent frames; frames of speech are not, and this was
    /// measured by <c>bench/run diarization</c>.
    /// </summary>
    private const double Penalty = 1.5;

    private const double Parameters = Size + (Size * (Size + 1) / 2.0);

    private readonly double[] _sums = new double[Size];
    private readonly double[] _products = new double[Size * Size];

    public double Count { get; private set; }

    public bool IsUsable => Count >= LeastFrames;

    public void Add(ReadOnlySpan<float> frame)
    {
        Count++;
        for (var i = 0; i < Size; i++)
        {
            _sums[i] += frame[i];
            for (var j = 0; j <= i; j++)
            {
                _products[(i * Size) + j] += frame[i] * frame[j];
            }
        }
    }

    public SpeakerSums Plus(SpeakerSums other)
    {
        var both = new SpeakerSums { Count = Count + other.Count };
        for (var i = 0; i < Size; i++)
        {
            both._sums[i] = _sums[i] + other._sums[i];
        }

        for (var i = 0; i < _products.Length; i++)
        {
            both._products[i] = _products[i] + other._products[i];
        }

        return both;
    }

    public double[] Mean() => Array.ConvertAll(_sums, sum => sum / Count);

    public double[] Variances()
    {
        var variances = new double[Size];
        for (var i = 0; i < Size; i++)
        {
            variances[i] = (_products[(i * Size) + i] / Count) - (_sums[i] * _sums[i] / Count / Count);
        }

        return variances;
    }

    /// <summary>The lower triangle whose product with itself is the covariance (Cholesky).</summary>
    /// <param name="whole">Variances of the whole audio.</param>
    public double[,] Root(double[] whole)
    {
        var root = new double[Size, Size];
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = (_products[(i * Size) + j] / Count) - (_sums[i] * _sums[j] / Count / Count) + (i == j ? Ridge * whole[i] : 0);
                for (var k = 0; k < j; k++)
                {
                    rest -= root[i, k] * root[j, k];
                }

                root[i, j] = i == j ? Math.Sqrt(Math.Max(rest, double.Epsilon)) : rest / root[j, j];
            }
        }

        return root;
    }

    /// <summary>How badly one normal distribution fits the frames, but for what all have in common: half their number times the logarithm of the determinant.</summary>
    public double Misfit(double[] whole)
    {
        var root = Root(whole);
        var sum = 0.0;
        for (var i = 0; i < Size; i++)
        {
            sum += Math.Log(root[i, i]);
        }

        return Count * sum;
    }

    /// <summary>
    /// How much two voices explain better than one, less the penalty (S. Chen, P. Gopalakrishnan, 1998: Bayesian information criterion). Below 0 one voice is the better
    /// explanation.
    /// </summary>
    public static double Gain(double misfit, double otherMisfit, SpeakerSums both, double[] whole) =>
        both.Misfit(whole) - misfit - otherMisfit - (Penalty / 2 * Parameters * Math.Log(both.Count));
}
