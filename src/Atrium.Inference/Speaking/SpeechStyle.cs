namespace Atrium.Inference.Speaking;

/// <summary>How something is said. 1 is the voice's own way.</summary>
/// <param name="Voice">Who says it.</param>
public sealed record SpeechStyle(SpeechVoice Voice)
{
    /// <summary>The slowest and the fastest rate; what is beyond is taken as the bound.</summary>
    public const double Slowest = 0.5, Fastest = 2;

    /// <summary>The lowest and the highest pitch.</summary>
    public const double Lowest = 0.5, Highest = 1.5;

    /// <summary>Times as fast.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Times as high.</summary>
    public double Pitch { get; init; } = 1;

    /// <summary>0 is silent, 1 is as loud as the voice is.</summary>
    public double Volume { get; init; } = 1;

    /// <summary>The silences round sentences.</summary>
    public SilenceRules Silences { get; init; } = SilenceRules.Natural;
}
