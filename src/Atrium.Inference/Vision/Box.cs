namespace Atrium.Inference.Vision;

/// <summary>An upright rectangle of a picture, in pixels from its top left.</summary>
public readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>In square pixels.</summary>
    public long Area => (long)Width * Height;

    /// <summary>The shared area over the area that either covers: 1 for the same rectangle, 0 for two that do not touch.</summary>
    public double Overlap(Box other)
    {
        long width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        long height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        var shared = width > 0 && height > 0 ? width * height : 0;
        return shared == 0 ? 0 : (double)shared / (Area + other.Area - shared);
    }
}
