namespace Atrium.Inference.Media;

/// <summary>
/// Changes the sample rate of audio that comes in pieces: a windowed sinc, which lets through what both rates can hold and stops the rest. The first sample comes out
/// where it came in. For one audio, by one caller at a time.
/// </summary>
internal sealed class Resampler
{
    private const int Crossings = 16;

    /// <summary>Between two input samples the filter is known at so many places; the nearest is taken.</summary>
    private const int Phases = 512;

    private readonly double _step;
    private readonly int _reach;
    private readonly float[][] _filters;
    private readonly List<float> _waiting = [];
    private double _next;

    public Resampler(int from, int to)
    {
        _step = (double)from / to;
        var cutoff = Math.Min(1, (double)to / from) * 0.95;
        _reach = (int)Math.Ceiling(Crossings / cutoff);
        _filters = [.. Enumerable.Range(0, Phases + 1).Select(phase => Filter((double)phase / Phases, cutoff))];

        // The filter looks both ways; before the beginning there is silence.
        _waiting.AddRange(new float[_reach]);
        _next = _reach;
    }

    public float[] Push(ReadOnlySpan<float> samples)
    {
        _waiting.AddRange(samples);
        return Take();
    }

    /// <summary>What was held back for the sake of what might have come.</summary>
    public float[] Complete()
    {
        _waiting.AddRange(new float[_reach]);
        return Take();
    }

    private float[] Take()
    {
        var made = new List<float>();
        var input = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_waiting);
        for (; (int)_next + _reach < input.Length; _next += _step)
        {
            var whole = (int)_next;
            var filter = _filters[(int)Math.Round((_next - whole) * Phases)];
            made.Add(System.Numerics.Tensors.TensorPrimitives.Dot(input.Slice(whole - _reach + 1, filter.Length), filter));
        }

        var used = (int)_next - _reach;
        if (used > 0)
        {
            _waiting.RemoveRange(0, used);
            _next -= used;
        }

        return [.. made];
    }

    private float[] Filter(double place, double cutoff)
    {
        var taps = new double[2 * _reach];
        for (var i = 0; i < taps.Length; i++)
        {
            var x = i - (_reach - 1) - place;
            var window = Math.Abs(x) >= _reach ? 0 : 0.42 + (0.5 * Math.Cos(Math.PI * x / _reach)) + (0.08 * Math.Cos(2 * Math.PI * x / _reach));
            taps[i] = window * (x == 0 ? 1 : Math.Sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x));
        }

        var sum = taps.Sum();
        return [.. taps.Select(tap => (float)(tap / sum))];
    }
}
