namespace Atrium.Inference.Vision;

/// <summary>
/// A sentence part put together from the objects that were found ("two people and a dog"). No model writes it: it names what was detected and tells nothing of
/// what happens in the picture.
/// </summary>
public static class Captions
{
    private const string Nothing = "an image in which no known object was found";
    private const int MaxLabels = 4;
    private const string Vowels = "aeiou";
    private static readonly string[] Numbers = ["no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    private static readonly Dictionary<string, string> Plurals = new()
    {
        ["person"] = "people", ["sheep"] = "sheep", ["knife"] = "knives", ["mouse"] = "mice", ["skis"] = "skis", ["scissors"] = "scissors", ["broccoli"] = "broccoli",
    };

    /// <summary>The whole picture in words, with the confidence of the least sure kind that it names; 0 where nothing was found.</summary>
    public static (string Text, float Confidence) Of(IReadOnlyList<DetectedObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var kinds = objects.GroupBy(o => o.Label).OrderByDescending(kind => kind.Max(o => o.Confidence)).Take(MaxLabels).ToArray();
        if (kinds.Length == 0)
        {
            return (Nothing, 0);
        }

        string[] parts = [.. kinds.Select(kind => Counted(kind.Key, kind.Count()))];
        var text = parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
        return (text, kinds.Min(kind => kind.Max(o => o.Confidence)));
    }

    /// <summary>One object in words.</summary>
    public static string Of(DetectedObject one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return Counted(one.Label, 1);
    }

    private static string Counted(string label, int count)
    {
        if (count == 1)
        {
            return Plurals.GetValueOrDefault(label) == label ? label : Vowels.Contains(label[0], StringComparison.Ordinal) ? $"an {label}" : $"a {label}";
        }

        var plural = Plurals.GetValueOrDefault(label)
            ?? (label.EndsWith('s') || label.EndsWith('x') || label.EndsWith("ch", StringComparison.Ordinal) || label.EndsWith("sh", StringComparison.Ordinal) ? $"{label}es" : $"{label}s");
        return $"{(count < Numbers.Length ? Numbers[count] : "many")} {plural}";
    }
}
