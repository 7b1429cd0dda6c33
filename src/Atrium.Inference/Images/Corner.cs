namespace Atrium.Inference.Images;

/// <summary>A point of a picture, in pixels from its top left.</summary>
public readonly record struct Corner(float X, float Y);
