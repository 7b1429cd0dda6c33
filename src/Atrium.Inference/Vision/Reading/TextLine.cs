using Atrium.Inference.Images;

namespace Atrium.Inference.Vision.Reading;

/// <summary>A line of text in a picture.</summary>
/// <param name="Text">As read.</param>
/// <param name="Confidence">From 0 to 1: the mean over its characters.</param>
/// <param name="Polygon">Its corners in the order of reading: top left, top right, bottom right, bottom left of the upright text.</param>
/// <param name="Words">Its words, in order.</param>
public sealed record TextLine(string Text, float Confidence, IReadOnlyList<Corner> Polygon, IReadOnlyList<TextWord> Words);

/// <summary>A word of a line.</summary>
/// <param name="Text">As read.</param>
/// <param name="Confidence">From 0 to 1: the mean over its characters.</param>
/// <param name="Polygon">Its corners, in the line's order.</param>
public sealed record TextWord(string Text, float Confidence, IReadOnlyList<Corner> Polygon);
