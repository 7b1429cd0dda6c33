namespace Atrium.Inference.Images;

/// <summary>What an image may be. Sizes are checked on the file's header, before anything is decoded.</summary>
public sealed record ImageRules
{
    /// <summary>The shortest side, in pixels.</summary>
    public int MinSide { get; init; } = 50;

    /// <summary>The longest side, in pixels.</summary>
    public int MaxSide { get; init; } = 16_000;

    /// <summary>Width times height; four bytes of memory each while it is decoded.</summary>
    public long MaxPixels { get; init; } = 40_000_000;
}
