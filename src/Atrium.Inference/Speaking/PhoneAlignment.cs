namespace Atrium.Inference.Speaking;

/// <summary>Shares the phones of a phrase out among its words, each of which is known alone; in a phrase some sound differently. Pure.</summary>
internal static class PhoneAlignment
{
    /// <summary>For each word the place behind its last phone.</summary>
    /// <param name="spoken">The phrase's phones with its silences.</param>
    /// <param name="words">Of each word its phones.</param>
    public static IReadOnlyList<int> Share(IReadOnlyList<string> spoken, IReadOnlyList<IReadOnlyList<string>> words)
    {
        var expected = words.SelectMany((phones, word) => phones.Select(phone => (Phone: phone, Word: word))).ToList();
        var costs = new int[spoken.Count + 1, expected.Count + 1];
        for (var i = spoken.Count; i >= 0; i--)
        {
            for (var j = expected.Count; j >= 0; j--)
            {
                costs[i, j] = i == spoken.Count ? expected.Count - j
                    : j == expected.Count ? Remaining(spoken, i)
                    : Math.Min(
                        costs[i + 1, j + 1] + Difference(spoken[i], expected[j].Phone),
                        Math.Min(costs[i + 1, j] + SkipCost(spoken[i]), costs[i, j + 1] + 1));
            }
        }

        var ends = new int[words.Count];
        var (at, of) = (0, 0);
        while (at < spoken.Count && of < expected.Count)
        {
            if (costs[at, of] == costs[at + 1, of + 1] + Difference(spoken[at], expected[of].Phone))
            {
                ends[expected[of++].Word] = ++at;
            }
            else if (costs[at, of] == costs[at + 1, of] + SkipCost(spoken[at]))
            {
                at++;
            }
            else
            {
                of++;
            }
        }

        for (var word = 1; word < ends.Length; word++)
        {
            ends[word] = Math.Max(ends[word], ends[word - 1]);
        }

        return ends;
    }

    private static int Remaining(IReadOnlyList<string> spoken, int from)
    {
        var cost = 0;
        for (var i = from; i < spoken.Count; i++)
        {
            cost += SkipCost(spoken[i]);
        }

        return cost;
    }

    private static int SkipCost(string phone) => phone == Phone.Silence ? 0 : 1;

    /// <summary>A silence is no word's, so taking it for a phone costs more than leaving both out.</summary>
    private static int Difference(string spoken, string expected) => spoken == expected ? 0 : spoken == Phone.Silence ? 3 : 1;
}
