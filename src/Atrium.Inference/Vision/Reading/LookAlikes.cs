namespace Atrium.Inference.Vision.Reading;

/// <summary>
/// Sets right the letters and digits that look alike: what stands in a word between letters only is a letter, and between digits only a digit, where the recognition
/// holds that for possible. Pure.
/// </summary>
internal static class LookAlikes
{
    /// <summary>An alternative with less is not one.</summary>
    private const float LeastScore = 0.04f;

    /// <summary>In a word of two, such as A1, the other one says little.</summary>
    private const float LeastScoreInPair = 0.2f;

    private static readonly string[][] Groups = [["0", "O", "o"], ["1", "l", "I"]];

    /// <summary>The others that look like a character; empty for most.</summary>
    public static IReadOnlyList<string> Of(string character) =>
        Array.Find(Groups, group => group.Contains(character)) is { } group ? [.. group.Where(other => other != character)] : [];

    /// <summary>A word with its look-alikes set right, the least sure first: each is judged by what its neighbours turned out to be.</summary>
    public static List<Character> SetRight(IReadOnlyList<Character> word)
    {
        var right = word.ToList();
        foreach (var at in Enumerable.Range(0, right.Count).OrderBy(at => right[at].Score).ToArray())
        {
            right[at] = SetRight(right, right[at], at);
        }

        return right;
    }

    private static Character SetRight(List<Character> word, Character character, int at)
    {
        if (character.Alternatives.Count == 0)
        {
            return character;
        }

        Character[] neighbours = [.. ((int[])[at - 1, at + 1]).Where(next => next >= 0 && next < word.Count).Select(next => word[next])];
        var isAmongLetters = neighbours.Length > 0 && neighbours.All(next => char.IsAsciiLetter(next.Text[0]));
        var isAmongDigits = neighbours.Length > 0 && neighbours.All(next => char.IsAsciiDigit(next.Text[0]));
        if (char.IsAsciiDigit(character.Text[0]) ? !isAmongLetters : !isAmongDigits)
        {
            return character;
        }

        var (text, score) = character.Alternatives.Where(other => char.IsAsciiDigit(other.Text[0]) == isAmongDigits).MaxBy(other => other.Score);
        return score >= (word.Count > 2 ? LeastScore : LeastScoreInPair) ? character with { Text = text, Score = score } : character;
    }
}
