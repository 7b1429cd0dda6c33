namespace Atrium.Inference.Shelf;

/// <summary>How much may be open on a shelf, and for how long.</summary>
public sealed record ShelfLimits
{
    /// <summary>Memory of all models that are open or being opened, by what each is declared to take.</summary>
    public long MemoryBytes { get; init; } = long.MaxValue;

    /// <summary>A model that nobody has used for so long is closed; zero keeps it until room is needed.</summary>
    public TimeSpan IdleTime { get; init; }

    /// <summary>Models that may wait for room at the same time.</summary>
    public int MaxWaiting { get; init; } = 16;

    /// <summary>How long a model waits for room.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Every bound must leave room for one.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(IdleTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWaiting, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWait, TimeSpan.Zero);
    }
}
