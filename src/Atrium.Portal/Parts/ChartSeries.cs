namespace Atrium.Portal.Parts;

/// <summary>One series of a chart.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Values">One for each label.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> Values);
