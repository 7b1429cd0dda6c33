using System.Text.Json;
using Atrium.Inference.CustomCategories;
using Atrium.Inference.Heads;
using Atrium.Inference.ProtectedTexts;
using Atrium.Inference.Safety;

namespace Atrium.Inference.HeldOut;

/// <summary>Scores what judges texts on files of labelled texts that were kept out of the training.</summary>
public static class HeldOutTexts
{
    /// <summary>The published scale's first level above "safe".</summary>
    private const int Low = 2;

    /// <summary>One score a category: a text counts as reported from severity 2 on.</summary>
    public static async Task<IReadOnlyList<DetectionScore>> ScoreSafetyAsync(ITextSafety safety, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(safety);
        var texts = Read(folder);
        var severities = new List<IReadOnlyDictionary<HarmCategory, int>>();
        foreach (var text in texts)
        {
            severities.Add(await safety.AnalyzeAsync(text.Text, cancellationToken));
        }

        return
        [
            .. SafetyHead.Categories.Select(category => DetectionScore.Of(
                category.Category.ToString(),
                [.. texts.Select((text, i) => (text.Text, text.LevelOf(category.Label) >= Low, severities[i][category.Category] >= Low))])),
        ];
    }

    /// <summary>One score for the prompts of users (user.txt) and one for documents (documents.txt).</summary>
    public static async Task<IReadOnlyList<DetectionScore>> ScoreShieldAsync(IPromptShield shield, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shield);
        var scores = new List<DetectionScore>();
        foreach (var (name, isDocument) in new[] { ("user", false), ("documents", true) })
        {
            var results = new List<(string, bool, bool)>();
            foreach (var text in ReadFile(Path.Combine(folder, $"{name}.txt")))
            {
                results.Add((text.Text, text.LevelOf("attack") > 0, (await shield.InspectAsync(text.Text, isDocument, cancellationToken)).AttackDetected));
            }

            scores.Add(DetectionScore.Of(name, results));
        }

        return scores;
    }

    /// <summary>A score for a category that is taught by train.jsonl and judges held-out.txt.</summary>
    public static async Task<DetectionScore> ScoreCategoryAsync(ITextEmbedder embedder, string folder, CancellationToken cancellationToken)
    {
        var samples = File.ReadLines(Path.Combine(folder, "train.jsonl")).Select(line => JsonSerializer.Deserialize<CategorySample>(line, JsonSerializerOptions.Web)!).ToList();
        var category = await CustomCategory.LearnAsync(samples, embedder, cancellationToken);
        var results = new List<(string, bool, bool)>();
        foreach (var text in ReadFile(Path.Combine(folder, "held-out.txt")))
        {
            results.Add((text.Text, text.LevelOf("in") > 0, await category.MatchesAsync(text.Text, embedder, "", cancellationToken)));
        }

        return DetectionScore.Of("category", results);
    }

    /// <summary>A score for the quotations in cases.txt from the files of texts.</summary>
    public static DetectionScore ScoreProtectedTexts(string folder)
    {
        var index = ProtectedTextFolder.Read(ProtectedTextFolder.FilesIn(Path.Combine(folder, "texts")));
        return DetectionScore.Of("quotation", [.. ReadFile(Path.Combine(folder, "cases.txt")).Select(text => (text.Text, text.LevelOf("quoted") > 0, index.IsQuotedIn(text.Text)))]);
    }

    internal static IReadOnlyList<LabelledText> Read(string folder) => [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    private static IReadOnlyList<LabelledText> ReadFile(string file)
    {
        using var reader = new StreamReader(file);
        return LabelledTexts.Read(reader);
    }
}
