namespace Atrium.Bench;

/// <summary>How well pages were read.</summary>
internal sealed class ReadingScore
{
    public int Lines { get; private set; }

    public int Exact { get; private set; }

    /// <summary>Lines that would be exact with other spaces.</summary>
    public int OnlySpacesWrong { get; private set; }

    private int Characters { get; set; }

    private int Wrong { get; set; }

    /// <summary>Characters that are wrong, missing or too many, as a part of those that are there.</summary>
    public double ErrorRate => Characters == 0 ? 0 : (double)Wrong / Characters;

    /// <summary>Each line that is there is held against the line that is most like it; lines beyond them count as wrong.</summary>
    public void Add(IReadOnlyList<string> there, IReadOnlyList<string> read)
    {
        var left = read.ToList();
        foreach (var line in there.OrderByDescending(left.Contains))
        {
            var (best, distance) = (-1, line.Length);
            for (var i = 0; i < left.Count; i++)
            {
                if (EditDistance.Of<char>(line, left[i]) is var here && here < distance)
                {
                    (best, distance) = (i, here);
                }
            }

            Lines++;
            Characters += line.Length;
            Wrong += distance;
            if (best >= 0)
            {
                Exact += distance == 0 ? 1 : 0;
                OnlySpacesWrong += distance > 0 && WithoutSpaces(line) == WithoutSpaces(left[best]) ? 1 : 0;
                left.RemoveAt(best);
            }
        }

        Wrong += left.Sum(line => line.Length);
    }

    private static string WithoutSpaces(string line) => line.Replace(" ", "", StringComparison.Ordinal);
}
