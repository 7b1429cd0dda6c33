using System.Collections.Concurrent;

namespace Atrium.Storage.Blobs;

/// <summary>Who is reading since when. What became garbage after a reader began is kept until he has ended, so nobody loses the bytes under his hands.</summary>
public sealed class ReadGate(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Reading, long> readings = new();

    /// <summary>Begins to read; before the row is read that says what there is.</summary>
    public IDisposable Enter()
    {
        var reading = new Reading(this);
        readings[reading] = clock.GetUtcNow().UtcTicks;
        return reading;
    }

    /// <summary>UTC ticks since when somebody has been reading; now for nobody.</summary>
    internal long Oldest()
    {
        var oldest = clock.GetUtcNow().UtcTicks;
        foreach (var (_, since) in readings)
        {
            oldest = Math.Min(oldest, since);
        }

        return oldest;
    }

    private sealed class Reading(ReadGate gate) : IDisposable
    {
        public void Dispose() => gate.readings.TryRemove(this, out _);
    }
}
