namespace Atrium.Inference.Speaking.Ssml;

/// <summary>A mistake in a document.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Position">In the line, from 1.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record SsmlProblem(int Line, int Position, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"Line {Line}, position {Position}: {Message}";
}

/// <summary>A document that is not spoken, with all that is wrong in it.</summary>
public sealed class SsmlException(IReadOnlyList<SsmlProblem> problems) : Exception(string.Join(" ", problems))
{
    /// <summary>In the order of the document.</summary>
    public IReadOnlyList<SsmlProblem> Problems { get; } = problems;
}
