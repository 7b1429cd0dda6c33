namespace Atrium.Inference.HeldOut;

/// <summary>How well something is detected on texts that were not used for training.</summary>
/// <param name="Name">What is detected.</param>
/// <param name="Found">Texts that have it and were found.</param>
/// <param name="Missed">Texts that have it and were not found.</param>
/// <param name="FalseAlarms">Texts that do not have it and were reported.</param>
/// <param name="Texts">All texts.</param>
/// <param name="Mistakes">The missed texts and the false alarms.</param>
public sealed record DetectionScore(string Name, int Found, int Missed, int FalseAlarms, int Texts, IReadOnlyList<string> Mistakes)
{
    /// <summary>The share of the reports that are right.</summary>
    public double Precision => Found + FalseAlarms == 0 ? 1 : (double)Found / (Found + FalseAlarms);

    /// <summary>The share of what is there that was found.</summary>
    public double Recall => Found + Missed == 0 ? 1 : (double)Found / (Found + Missed);

    internal static DetectionScore Of(string name, IReadOnlyList<(string Text, bool Has, bool Reported)> results) => new(
        name,
        results.Count(result => result is { Has: true, Reported: true }),
        results.Count(result => result is { Has: true, Reported: false }),
        results.Count(result => result is { Has: false, Reported: true }),
        results.Count,
        [.. results.Where(result => result.Has != result.Reported).Select(result => $"{(result.Has ? "missed" : "false alarm")}: {result.Text}")]);
}
