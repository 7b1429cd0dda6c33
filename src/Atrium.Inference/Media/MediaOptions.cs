namespace Atrium.Inference.Media;

/// <summary>What decodes compressed audio and video.</summary>
public sealed record MediaOptions
{
    /// <summary>The decoder, a name that PATH leads to or a path.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>What the decoder is locked into; null to run it without, where the whole hub is locked in by other means.</summary>
    public string? Bubblewrap { get; init; } = "bwrap";

    /// <summary>Memory that one decoder may take, in bytes of address space.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>Processor time that one decoder may take.</summary>
    public TimeSpan MaxProcessorTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Decoders at the same time; more wait.</summary>
    public int MaxProcesses { get; init; } = 8;
}
