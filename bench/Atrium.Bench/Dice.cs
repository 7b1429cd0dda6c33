namespace Atrium.Bench;

/// <summary>The same numbers at every run (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0, below the bound.</summary>
    public int Next(int bound) => (int)(NextSingle() * bound);

    public int Next(int from, int bound) => from + Next(bound - from);

    /// <summary>From 0, below 1.</summary>
    public float NextSingle()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 40) / (float)(1 << 24);
    }
}
