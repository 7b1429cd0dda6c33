namespace Atrium.Server.Tests.Conformance;

/// <summary>How an example went.</summary>
/// <param name="IsBuilt">False where the server said 501, or does not know the type at all.</param>
/// <param name="Problem">What differs from what is published; null when nothing does.</param>
internal sealed record Outcome(bool IsBuilt, string? Problem)
{
    public static Outcome Passed { get; } = new(true, null);

    public static Outcome NotBuilt(object answer) => new(false, $"not built: {answer}");

    public static Outcome Failed(string problem) => new(true, problem);

    public bool IsPassed => Problem is null;
}

/// <summary>All examples of a spec, with their outcomes.</summary>
internal sealed record SpecOutcome(string Spec, IReadOnlyList<(ExampleCase Example, Outcome Outcome)> Examples)
{
    public int Passed => Examples.Count(e => e.Outcome.IsPassed);

    public int NotBuilt => Examples.Count(e => !e.Outcome.IsBuilt);

    public string Row => FormattableString.Invariant($"| {Spec} | {Examples.Count} | {Passed} | {NotBuilt} | {Examples.Count - Passed - NotBuilt} |");
}
