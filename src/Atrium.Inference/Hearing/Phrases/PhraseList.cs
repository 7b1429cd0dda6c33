namespace Atrium.Inference.Hearing.Phrases;

/// <summary>Phrases that are likely to be said: names, words of a trade. A hint, not a vocabulary.</summary>
/// <param name="Phrases">As they are written.</param>
/// <param name="Weight">How much they are preferred: 1 is usual, <see cref="MostWeight"/> the most, 0 not at all.</param>
public sealed record PhraseList(IReadOnlyList<string> Phrases, float Weight = 1)
{
    /// <summary>The largest weight.</summary>
    public const float MostWeight = 2;

    /// <summary>Characters of a phrase; whoever takes phrases from outside refuses longer ones.</summary>
    public const int LongestPhrase = 200;

    /// <summary>Whether it changes nothing.</summary>
    public bool IsEmpty => Weight <= 0 || Phrases.Count == 0;
}
