using System.Security.Cryptography;
using System.Text;

namespace Atrium.Inference.Heads;

/// <summary>The seed sentences inside the assembly, by the feature that they belong to ("Safety", "Shield").</summary>
internal static class SeedFiles
{
    private const string Lists = "lists.txt";

    /// <summary>All labelled texts of a feature, in an order that does not change, placeholders filled in.</summary>
    public static IReadOnlyList<LabelledText> Read(string feature)
    {
        var files = Names(feature);
        var lists = files.Contains($"{feature}/{Lists}") ? LabelledTexts.ReadLists(Open($"{feature}/{Lists}")) : null;
        return [.. files.Where(name => !name.EndsWith(Lists, StringComparison.Ordinal)).SelectMany(name => LabelledTexts.Read(Open(name), lists))];
    }

    /// <summary>A name for exactly these seeds, this model and this way of training.</summary>
    public static string Fingerprint(IEnumerable<LabelledText> seeds, params IEnumerable<string> others)
    {
        var lines = seeds.Select(seed => string.Join(' ', seed.Levels.OrderBy(level => level.Key, StringComparer.Ordinal)) + '|' + seed.Text);
        var everything = string.Join('\n', lines.Concat(others).Append($"trainer {HeadTrainer.Revision}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(everything)))[..16];
    }

    private static List<string> Names(string feature) =>
        [.. typeof(SeedFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith($"{feature}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static StreamReader Open(string name) => new(typeof(SeedFiles).Assembly.GetManifestResourceStream(name)!);
}
