namespace Atrium.Inference.Llama;

/// <summary>Chooses the next token. The same seed makes the same choices.</summary>
internal sealed class TokenSampler(float temperature, float topP, ulong seed)
{
    private ulong _state = seed;

    /// <summary>One token, by its place in the logits.</summary>
    public int Choose(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return temperature <= 0 ? best : Draw(logits, logits[best]);
    }

    private int Draw(ReadOnlySpan<float> logits, float highest)
    {
        var weights = new float[logits.Length];
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = MathF.Exp((logits[i] - highest) / temperature);
            total += weights[i];
        }

        return topP >= 1 ? Walk(weights, total) : DrawFromNucleus(weights, total);
    }

    private int DrawFromNucleus(float[] weights, double total)
    {
        // A token below this share cannot be in the nucleus: all such tokens together miss it. This keeps the sort short.
        var least = (1 - topP) * total / weights.Length;
        var candidates = new List<int>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] >= least)
            {
                candidates.Add(i);
            }
        }

        // Equal weights keep the vocabulary's order, so that a draw can be repeated.
        candidates.Sort((a, b) => weights[b].CompareTo(weights[a]) is var order and not 0 ? order : a.CompareTo(b));
        var kept = new List<float>();
        var mass = 0.0;
        foreach (var candidate in candidates)
        {
            kept.Add(weights[candidate]);
            mass += weights[candidate];
            if (mass >= topP * total)
            {
                break;
            }
        }

        return candidates[Walk([.. kept], mass)];
    }

    private int Walk(float[] weights, double total)
    {
        var left = NextUnit() * total;
        for (var i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left < 0)
            {
                return i;
            }
        }

        return Array.FindLastIndex(weights, weight => weight > 0);
    }

    /// <summary>SplitMix64: small, even, and good enough to draw words with.</summary>
    private double NextUnit()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
