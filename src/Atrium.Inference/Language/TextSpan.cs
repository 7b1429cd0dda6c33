namespace Atrium.Inference.Language;

/// <summary>A part of a text.</summary>
/// <param name="Start">In UTF-16 code units.</param>
/// <param name="Length">In UTF-16 code units.</param>
public readonly record struct TextSpan(int Start, int Length);
