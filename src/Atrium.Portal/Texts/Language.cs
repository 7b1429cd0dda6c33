using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Atrium.Portal.Texts;

/// <summary>
/// All words of the portal in one language, with how it writes numbers and dates. A language is one file, <c>Texts/{code}.json</c>; nothing else names it.
/// </summary>
public sealed class Language
{
    /// <summary>What is spoken where nothing else fits.</summary>
    public const string DefaultCode = "en";

    private const string Suffix = ".json";
    private readonly FrozenDictionary<string, string> texts;

    private Language(string code, Dictionary<string, string> texts)
    {
        Code = code;
        this.texts = texts.ToFrozenDictionary(StringComparer.Ordinal);
        Name = texts["language.name"];
        DateFormat = texts["language.date"];
        TimeFormat = texts["language.time"];
        Numbers = new()
        {
            NumberDecimalSeparator = texts["language.decimal"],
            NumberGroupSeparator = texts["language.group"],
            PercentDecimalSeparator = texts["language.decimal"],
            PercentGroupSeparator = texts["language.group"],
        };
    }

    /// <summary>Every language there is, in order of name.</summary>
    public static IReadOnlyList<Language> All { get; } = [.. Read().OrderBy(l => l.Name, StringComparer.Ordinal)];

    /// <summary>Two letters, such as <c>en</c>.</summary>
    public string Code { get; }

    /// <summary>What it calls itself.</summary>
    public string Name { get; }

    /// <summary>How it writes a day.</summary>
    public string DateFormat { get; }

    /// <summary>How it writes a time of day.</summary>
    public string TimeFormat { get; }

    /// <summary>How it writes numbers.</summary>
    public NumberFormatInfo Numbers { get; }

    /// <summary>The names of its texts.</summary>
    public IEnumerable<string> Keys => texts.Keys;

    /// <summary>The text of this name; null where it has none.</summary>
    public string? TextOf(string key) => texts.GetValueOrDefault(key);

    /// <summary>The language of this code; null for one there is no file of.</summary>
    public static Language? Find(string? code) => All.FirstOrDefault(l => l.Code.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first language of an <c>Accept-Language</c> header that there is, else the default one. Pure.</summary>
    public static Language OfHeader(string? header) => (header ?? "").Split(',')
        .Select(part => part.Split(';') is [var tag, .. var weights] ? (Tag: tag.Trim(), Weight: WeightOf(weights)) : default)
        .OrderByDescending(choice => choice.Weight)
        .Select(choice => Find(choice.Tag.Split('-')[0]))
        .FirstOrDefault(found => found is not null) ?? Find(DefaultCode)!;

    private static double WeightOf(string[] weights) => weights.Select(w => w.Trim()).FirstOrDefault(w => w.StartsWith("q=", StringComparison.Ordinal)) is { } weight
        && double.TryParse(weight.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 1;

    private static IEnumerable<Language> Read()
    {
        var assembly = typeof(Language).Assembly;
        var prefix = $"{typeof(Language).Namespace}.";
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return new(name[prefix.Length..^Suffix.Length], JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!);
        }
    }
}
