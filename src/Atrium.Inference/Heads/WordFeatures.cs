using System.Text.RegularExpressions;

namespace Atrium.Inference.Heads;

/// <summary>
/// The words of a text and its pairs of neighbouring words, hashed into a fixed number of places. They tell apart what the sentence vector
/// puts close together ("suicide" and "suicide prevention").
/// </summary>
internal static partial class WordFeatures
{
    public const int Count = 2048;

    /// <summary>Beside a vector of length 1 the words count somewhat less.</summary>
    private const float Length = 0.7f;

    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Writes the features of a text into a span of <see cref="Count"/> floats.</summary>
    public static void Write(string text, Span<float> features)
    {
        features[..Count].Clear();
        var set = 0;
        var previous = 0UL;
        foreach (var match in Word().EnumerateMatches(text))
        {
            var word = Hash(text.AsSpan(match.Index, match.Length), Basis);
            set += Set(features, word);
            set += previous == 0 ? 0 : Set(features, (previous * Prime) ^ word);
            previous = word;
        }

        var value = set == 0 ? 0 : Length / MathF.Sqrt(set);
        foreach (ref var feature in features[..Count])
        {
            feature = feature > 0 ? value : 0;
        }
    }

    private static int Set(Span<float> features, ulong hash)
    {
        ref var feature = ref features[(int)((hash ^ (hash >> 32)) % Count)];
        var isNew = feature == 0 ? 1 : 0;
        feature = 1;
        return isNew;
    }

    private static ulong Hash(ReadOnlySpan<char> word, ulong hash)
    {
        foreach (var character in word)
        {
            hash = (hash ^ char.ToLowerInvariant(character)) * Prime;
        }

        return hash;
    }

    [GeneratedRegex(@"[\p{L}\p{Nd}']+")]
    private static partial Regex Word();
}
