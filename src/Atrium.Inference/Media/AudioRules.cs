namespace Atrium.Inference.Media;

/// <summary>What an audio may be, and what of it is wanted.</summary>
public sealed record AudioRules
{
    /// <summary>A longer one is refused when its decoding comes so far; nothing is held till then.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Which channel is heard, from 0; null for the mean of all.</summary>
    public int? Channel { get; init; }

    /// <summary>Whether it is sent while it is made: what its header says of its length counts for nothing, and it ends where it ends.</summary>
    public bool IsLive { get; init; }
}
