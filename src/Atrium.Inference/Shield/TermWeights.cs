using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Shield;

/// <summary>
/// A logistic regression over term frequencies as the llm_guardrail package ships it: words of two letters or more and pairs of them, weighed by
/// how rare they are. Only the terms that occur are looked at.
/// </summary>
internal sealed partial class TermWeights
{
    private readonly Dictionary<string, (float Rarity, float Weight)> _terms;
    private readonly float _intercept;

    private TermWeights(Dictionary<string, (float Rarity, float Weight)> terms, float intercept)
    {
        _terms = terms;
        _intercept = intercept;
    }

    /// <summary>Reads one of the package's model files.</summary>
    public static TermWeights Read(string modelJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(modelJson));
        var root = document.RootElement;
        float[] weights = [.. root.GetProperty("coefficients")[0].EnumerateArray().Select(value => value.GetSingle())];
        float[] rarities = [.. root.GetProperty("idf").EnumerateArray().Select(value => value.GetSingle())];
        var terms = root.GetProperty("vocabulary").EnumerateObject().ToDictionary(
            term => term.Name,
            term => (rarities[term.Value.GetInt32()], weights[term.Value.GetInt32()]));
        return new(terms, root.GetProperty("intercept")[0].GetSingle());
    }

    /// <summary>How likely the model takes the text for an attack, 0 to 1.</summary>
    public float Probability(string text)
    {
        var counts = new Dictionary<string, int>();
        string? previous = null;
        foreach (Match match in Word().Matches(text.ToLowerInvariant()))
        {
            Count(counts, match.Value);
            if (previous is not null)
            {
                Count(counts, $"{previous} {match.Value}");
            }

            previous = match.Value;
        }

        float sum = 0, squares = 0;
        foreach (var (term, count) in counts)
        {
            var (rarity, weight) = _terms[term];
            sum += count * rarity * weight;
            squares += count * rarity * count * rarity;
        }

        return Heads.LinearHead.Sigmoid(_intercept + (squares > 0 ? sum / MathF.Sqrt(squares) : 0));
    }

    private void Count(Dictionary<string, int> counts, string term)
    {
        if (_terms.ContainsKey(term))
        {
            counts[term] = counts.GetValueOrDefault(term) + 1;
        }
    }

    [GeneratedRegex(@"\b[a-zA-Z0-9_]{2,}\b")]
    private static partial Regex Word();
}
