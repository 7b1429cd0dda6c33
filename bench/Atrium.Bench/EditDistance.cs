namespace Atrium.Bench;

/// <summary>How many parts (words, characters) must be changed, added or taken away (Levenshtein).</summary>
internal static class EditDistance
{
    public static int Of<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to)
        where T : IEquatable<T>
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                (before, row[j]) = (row[j], Math.Min(before + (from[i - 1].Equals(to[j - 1]) ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
