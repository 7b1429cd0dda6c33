namespace Atrium.Storage.Files;

/// <summary>Stretches of bytes, first and last byte of each, apart from one another and in their order. Pure.</summary>
internal static class RangeSet
{
    /// <summary>With more than so many nobody keeps count, and the disk is asked.</summary>
    private const int MostStretches = 1000;

    public static IReadOnlyList<long>? Add(IReadOnlyList<long>? ranges, long first, long last)
    {
        if (ranges is null)
        {
            return null;
        }

        var after = new List<long>(ranges.Count + 2);
        foreach (var (from, to) in Pairs(ranges))
        {
            if (to < first - 1 || from > last + 1)
            {
                after.Add(from);
                after.Add(to);
            }
            else
            {
                (first, last) = (Math.Min(first, from), Math.Max(last, to));
            }
        }

        var at = 0;
        while (at < after.Count && after[at] < first)
        {
            at += 2;
        }

        after.InsertRange(at, [first, last]);
        return after.Count / 2 <= MostStretches ? after : null;
    }

    public static IReadOnlyList<long>? Remove(IReadOnlyList<long>? ranges, long first, long last)
    {
        if (ranges is null)
        {
            return null;
        }

        var after = new List<long>(ranges.Count + 2);
        foreach (var (from, to) in Pairs(ranges))
        {
            if (from < first)
            {
                after.AddRange([from, Math.Min(to, first - 1)]);
            }

            if (to > last)
            {
                after.AddRange([Math.Max(from, last + 1), to]);
            }
        }

        return after.Count / 2 <= MostStretches ? after : null;
    }

    public static IEnumerable<(long First, long Last)> Pairs(IReadOnlyList<long> ranges)
    {
        for (var at = 0; at < ranges.Count; at += 2)
        {
            yield return (ranges[at], ranges[at + 1]);
        }
    }
}
