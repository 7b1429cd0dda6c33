namespace Atrium.Inference.Translation;

/// <summary>Where Apertium lies and what it may take.</summary>
public sealed record ApertiumOptions
{
    /// <summary>The program, a name that PATH leads to or a path.</summary>
    public string Program { get; init; } = "apertium";

    /// <summary>The folder with the installed pairs of languages.</summary>
    public string Data { get; init; } = "/usr/share/apertium";

    /// <summary>What the programs are locked into; null to run them without.</summary>
    public string? Bubblewrap { get; init; }

    /// <summary>Memory of each of the programs of a translation, in bytes of address space.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>For the texts of a call in one direction.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls that are translated or wait.</summary>
    public int MaxCalls { get; init; } = 64;

    /// <summary>Translations at the same time. Each is a dozen small processes, of which about one works.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);
}
