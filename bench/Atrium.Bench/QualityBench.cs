using Atrium.Inference;
using Atrium.Inference.HeldOut;

namespace Atrium.Bench;

/// <summary>Precision and recall on the held-out texts of <c>bench/data</c>, a line for each category, and what is found on pictures with known answers.</summary>
internal static class QualityBench
{
    public static async Task RunAsync()
    {
        var data = Path.Combine(HubProcess.Root, "bench", "data");
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        Print("text safety (severity 2 and above)", await HeldOutTexts.ScoreSafetyAsync((await models.TextSafetyAsync(CancellationToken.None)).Model, Path.Combine(data, "text-safety"), CancellationToken.None));
        Print("prompt shield", await HeldOutTexts.ScoreShieldAsync((await models.PromptShieldAsync(CancellationToken.None)).Model, Path.Combine(data, "prompt-shield"), CancellationToken.None));
        Print("custom category taught by 80 examples", [await HeldOutTexts.ScoreCategoryAsync((await models.EmbedderAsync(CancellationToken.None)).Model, Path.Combine(data, "custom-category"), CancellationToken.None)]);
        Print("protected material", [HeldOutTexts.ScoreProtectedTexts(Path.Combine(data, "protected-material"))]);
        Timing.Print($"groundedness: judged by a chat deployment, and none is embedded that could; nothing to measure");
        await PictureBench.RunAsync();
    }

    private static void Print(string what, IReadOnlyList<DetectionScore> scores)
    {
        Timing.Print($"{what}, held-out texts of our own:");
        foreach (var score in scores)
        {
            Timing.Print($"  {score.Name,-10} precision {score.Precision:F2}, recall {score.Recall:F2} ({score.Found} of {score.Found + score.Missed} found, {score.FalseAlarms} false alarms in {score.Texts} texts)");
        }
    }
}
