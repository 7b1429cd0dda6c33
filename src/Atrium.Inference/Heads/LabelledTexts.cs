using System.Globalization;

namespace Atrium.Inference.Heads;

/// <summary>
/// Reads labelled texts, one a line: labels, a bar, the text. A label has a level ("hate=4") or is on or off ("safe", "attack").
/// Lines that begin with # are comments. A {name} in a text stands for each word of that list in turn.
/// </summary>
internal static class LabelledTexts
{
    /// <summary>How many words of a list one line is read with. All lines together go through the whole list.</summary>
    private const int WordsPerLine = 5;

    private static readonly IReadOnlyDictionary<string, string[]> NoLists = new Dictionary<string, string[]>();

    public static IReadOnlyList<LabelledText> Read(TextReader reader, IReadOnlyDictionary<string, string[]>? lists = null)
    {
        var texts = new List<LabelledText>();
        for (var line = 1; reader.ReadLine() is { } row; line++)
        {
            if (row.Length > 0 && row[0] != '#')
            {
                texts.AddRange(Expand(Parse(row, line), lists ?? NoLists, line));
            }
        }

        return texts;
    }

    /// <summary>Reads word lists: a name, a colon, words with commas between them.</summary>
    public static IReadOnlyDictionary<string, string[]> ReadLists(TextReader reader)
    {
        var lists = new Dictionary<string, string[]>();
        while (reader.ReadLine() is { } row)
        {
            if (row.Length > 0 && row[0] != '#')
            {
                var colon = row.IndexOf(':', StringComparison.Ordinal);
                lists[row[..colon]] = row[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return lists;
    }

    private static LabelledText Parse(string row, int line)
    {
        var bar = row.IndexOf(" | ", StringComparison.Ordinal);
        if (bar < 0)
        {
            throw new FormatException($"Line {line} has no ' | ' between labels and text: {row}");
        }

        var levels = row[..bar].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(label => label.Split('='))
            .ToDictionary(label => label[0], label => label.Length == 1 ? 1 : int.Parse(label[1], CultureInfo.InvariantCulture));
        return new(row[(bar + 3)..].Trim(), levels);
    }

    private static IEnumerable<LabelledText> Expand(LabelledText text, IReadOnlyDictionary<string, string[]> lists, int line)
    {
        if (lists.FirstOrDefault(list => text.Text.Contains($"{{{list.Key}}}", StringComparison.Ordinal)) is not { Key: { } name, Value: var words })
        {
            return [text];
        }

        return Enumerable.Range(0, Math.Min(WordsPerLine, words.Length)).SelectMany(i =>
        {
            var filled = text.Text.Replace($"{{{name}}}", words[((line * WordsPerLine) + i) % words.Length], StringComparison.Ordinal);
            return Expand(text with { Text = char.ToUpperInvariant(filled[0]) + filled[1..] }, lists, line).Take(i + 1).TakeLast(1);
        });
    }
}
