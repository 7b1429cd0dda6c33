namespace Atrium.Inference;

/// <summary>The bounds of the embedded models' queues and batches.</summary>
public sealed record InferenceLimits
{
    /// <summary>
    /// Windows (pieces of a text that the model reads at once) that may wait. A call that would exceed this is refused,
    /// but for one that finds the queue empty: a single large call always has its turn.
    /// </summary>
    public int MaxQueuedWindows { get; init; } = 4096;

    /// <summary>Windows that one run of the model takes at most.</summary>
    public int MaxBatchWindows { get; init; } = 32;

    /// <summary>Windows that one call puts into a batch before others get their turn.</summary>
    public int MaxWindowsPerTurn { get; init; } = 8;

    /// <summary>Windows of one text. A longer text is refused.</summary>
    public int MaxWindowsPerText { get; init; } = 32;

    /// <summary>Images that may wait for the vision models.</summary>
    public int MaxQueuedImages { get; init; } = 32;

    /// <summary>Recognitions of speech that may be under way or wait.</summary>
    public int MaxSpeechCalls { get; init; } = 64;

    /// <summary>Texts that are being spoken or wait for their turn.</summary>
    public int MaxSpeeches { get; init; } = 128;

    /// <summary>
    /// Batches that run at the same time, each on one thread of its own. One for each core is best: a batch on one thread
    /// wastes nothing on splitting the work, and the cores still share a burst.
    /// </summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>Every bound must leave room for one.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedWindows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchWindows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWindowsPerTurn, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWindowsPerText, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSpeechCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSpeeches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
    }
}
