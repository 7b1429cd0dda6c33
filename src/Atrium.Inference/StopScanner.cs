namespace Atrium.Inference;

/// <summary>
/// Lets text out up to the stop string that is complete first (the longest, where several end together), and holds back an end that may turn out to be the
/// beginning of one. What comes out does not depend on how the text is cut.
/// </summary>
internal sealed class StopScanner(IReadOnlyList<string> stops)
{
    private readonly string[] _stops = [.. stops.Where(stop => stop.Length > 0)];
    private string _held = "";

    /// <summary>A stop string came. Nothing from it on is let out.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes more text and tells what is sure by now.</summary>
    public string Add(string text)
    {
        if (Stopped)
        {
            return "";
        }

        _held += text;
        var cut = FirstStop();
        Stopped = cut is not null;
        return Release(cut ?? _held.Length - PossibleStop());
    }

    /// <summary>What was held back, when no more comes.</summary>
    public string End() => Stopped ? "" : Release(_held.Length);

    /// <summary>Where the stop string begins that is complete first; null where none is.</summary>
    private int? FirstStop()
    {
        var (first, end) = ((int?)null, int.MaxValue);
        foreach (var stop in _stops)
        {
            var at = _held.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < first)))
            {
                (first, end) = (at, at + stop.Length);
            }
        }

        return first;
    }

    /// <summary>The length of the longest end of the held text that a stop string begins with.</summary>
    private int PossibleStop()
    {
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, _held.Length); length > longest; length--)
            {
                if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }

    private string Release(int length)
    {
        // A stop string may begin with the second half of a surrogate pair; the pair stays together.
        if (length > 0 && length < _held.Length && char.IsHighSurrogate(_held[length - 1]))
        {
            length--;
        }

        var text = _held[..length];
        _held = _held[length..];
        return text;
    }
}
