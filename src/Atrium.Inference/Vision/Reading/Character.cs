namespace Atrium.Inference.Vision.Reading;

/// <summary>A character as it was read.</summary>
/// <param name="Text">It; never a space.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Step">Where on the line, in the model's steps.</param>
/// <param name="Alternatives">The characters that are mistaken for it, with the probabilities that the model gives them here; empty for one that is not mistaken.</param>
internal readonly record struct Character(string Text, float Score, int Step, IReadOnlyList<(string Text, float Score)> Alternatives);
