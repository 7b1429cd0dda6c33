namespace Atrium.Inference.Speakers.Diarization;

/// <summary>
/// Tells voices apart: speech is cut into short windows, and the two groups that one voice explains best are put together until two voices explain any two better, or
/// there are as few as are wanted. Pure; the work is done in small steps, so that others come in between.
/// </summary>
/// <param name="features">Of the whole audio.</param>
/// <param name="least">Voices at least, where the audio has so many windows.</param>
/// <param name="most">Voices at most.</param>
internal sealed class SpeakerClusters(SpokenFeatures features, int least, int most)
{
    /// <summary>Frames of a window, where the audio is not too long for that.</summary>
    private const int WindowFrames = 300;
    private const int MostWindows = 3000;

    /// <summary>Frames that nobody speaks in, after which a window begins anew.</summary>
    private const int Gap = 20;

    /// <summary>Comparisons of a step.</summary>
    private const int StepComparisons = 20_000;

    private readonly List<(int From, int To, SpeakerSums Sums)> _windows = [];
    private readonly List<float[]> _gains = [];
    private double[] _misfits = [];
    private SpeakerSums[] _sums = [];
    private int[] _group = [];
    private List<int> _open = [];
    private double[] _whole = [];

    /// <summary>For each frame its voice, from 0 on, once all steps are done.</summary>
    public int[] Labels { get; } = new int[features.Count];

    /// <summary>How many voices there are.</summary>
    public int Voices { get; private set; } = 1;

    /// <summary>Does the work. Each item is a step.</summary>
    public IEnumerable<bool> Steps()
    {
        Cut();
        if (_windows.Count < 2)
        {
            yield break;
        }

        _whole = features.Sum(0, features.Count).Variances();
        _sums = [.. _windows.Select(window => window.Sums)];
        _misfits = [.. _sums.Select(sums => sums.Misfit(_whole))];
        _group = [.. Enumerable.Range(0, _sums.Length)];
        _open = [.. _group];
        var compared = 0;
        for (var i = 0; i < _sums.Length; i++)
        {
            _gains.Add([.. Enumerable.Range(0, i).Select(j => Compare(i, j))]);
            if ((compared += i) > StepComparisons)
            {
                compared = 0;
                yield return true;
            }
        }

        while (_open.Count > 1)
        {
            var (gain, one, other) = Closest();
            if (_open.Count <= most && (gain >= 0 || _open.Count <= least))
            {
                break;
            }

            Join(one, other);
            yield return true;
        }

        Label();
        var smoothing = new SpeakerSmoothing(features, _whole, Labels, Voices);
        foreach (var step in smoothing.Steps())
        {
            yield return step;
        }
    }

    /// <summary>Runs of speech are cut into windows of about the same length.</summary>
    private void Cut()
    {
        var length = Math.Max(WindowFrames, features.Count / MostWindows);
        for (int from = 0, to = 1; from < features.Count; from = to++)
        {
            while (to < features.Count && features.Time(to) - features.Time(to - 1) <= Gap)
            {
                to++;
            }

            var parts = Math.Max(1, (int)Math.Round((to - from) / (double)length));
            for (var part = 0; part < parts; part++)
            {
                var (first, end) = (from + (int)((long)(to - from) * part / parts), from + (int)((long)(to - from) * (part + 1) / parts));
                if (features.Sum(first, end) is { IsUsable: true } sums)
                {
                    _windows.Add((first, end, sums));
                }
            }
        }
    }

    private float Compare(int i, int j) => (float)SpeakerSums.Gain(_misfits[i], _misfits[j], _sums[i].Plus(_sums[j]), _whole);

    private (float Gain, int One, int Other) Closest()
    {
        var (best, one, other) = (float.MaxValue, -1, -1);
        foreach (var i in _open)
        {
            var row = _gains[i];
            foreach (var j in _open)
            {
                if (j >= i)
                {
                    break;
                }

                if (row[j] < best)
                {
                    (best, one, other) = (row[j], i, j);
                }
            }
        }

        return (best, one, other);
    }

    /// <summary>The later goes into the earlier; those that are open stay in their order.</summary>
    private void Join(int later, int earlier)
    {
        _sums[earlier] = _sums[earlier].Plus(_sums[later]);
        _misfits[earlier] = _sums[earlier].Misfit(_whole);
        _open.Remove(later);
        for (var window = 0; window < _group.Length; window++)
        {
            _group[window] = _group[window] == later ? earlier : _group[window];
        }

        foreach (var k in _open)
        {
            if (k != earlier)
            {
                _gains[Math.Max(k, earlier)][Math.Min(k, earlier)] = Compare(k, earlier);
            }
        }
    }

    /// <summary>Frames in no window are of the voice before them, or of the first.</summary>
    private void Label()
    {
        Voices = _open.Count;
        var (next, last) = (0, _open.IndexOf(_group[0]));
        for (var window = 0; window < _windows.Count; window++)
        {
            var (from, to, _) = _windows[window];
            Array.Fill(Labels, last, next, from - next);
            last = _open.IndexOf(_group[window]);
            Array.Fill(Labels, last, from, to - from);
            next = to;
        }

        Array.Fill(Labels, last, next, Labels.Length - next);
    }
}
