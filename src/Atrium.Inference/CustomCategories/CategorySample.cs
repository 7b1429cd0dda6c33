namespace Atrium.Inference.CustomCategories;

/// <summary>A text that belongs to a category, or does not.</summary>
public sealed record CategorySample(string Text, bool IsPositive);
