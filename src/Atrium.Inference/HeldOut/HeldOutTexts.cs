using Atrium.Inference.Heads;
using Atrium.Inference.Safety;

namespace Atrium.Inference.HeldOut;

/// <summary>Scores the text safety and the prompt shield on files of labelled texts that were kept out of the training.</summary>
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

    internal static IReadOnlyList<LabelledText> Read(string folder) => [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    private static IReadOnlyList<LabelledText> ReadFile(string file)
    {
        using var reader = new StreamReader(file);
        return LabelledTexts.Read(reader);
    }
}
