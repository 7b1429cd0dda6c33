namespace Atrium.Inference.Speaking.Espeak;

/// <summary>Where espeak-ng lies and what it may take.</summary>
public sealed record EspeakOptions
{
    /// <summary>The program, a name that PATH leads to or a path.</summary>
    public string Program { get; init; } = "espeak-ng";

    /// <summary>What it is locked into; null to run it without, where the whole hub is locked in by other means.</summary>
    public string? Bubblewrap { get; init; } = "bwrap";

    /// <summary>Memory that a run may take, in bytes of address space.</summary>
    public long MaxMemory { get; init; } = 1L << 29;

    /// <summary>For a phrase, which takes some hundredths of a second.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(20);
}
