namespace Atrium.Inference.Llama;

/// <summary>Makes log probabilities of logits. Pure.</summary>
internal static class LogProbabilities
{
    /// <summary>The chosen token with the likeliest ones, likeliest first.</summary>
    public static TokenChoice Of(ReadOnlySpan<float> logits, int chosen, int most, Func<int, byte[]> bytesOf)
    {
        var total = LogOfSum(logits);
        var top = new TokenChoice[Math.Min(most, logits.Length)];
        var tokens = Likeliest(logits, top.Length);
        for (var i = 0; i < top.Length; i++)
        {
            top[i] = new(bytesOf(tokens[i]), logits[tokens[i]] - total, []);
        }

        return new(bytesOf(chosen), logits[chosen] - total, top);
    }

    private static double LogOfSum(ReadOnlySpan<float> logits)
    {
        var highest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = MathF.Max(highest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return highest + Math.Log(sum);
    }

    /// <summary>Insertion into a short sorted list: the count is small and the vocabulary is read once.</summary>
    private static List<int> Likeliest(ReadOnlySpan<float> logits, int count)
    {
        var best = new List<int>(count + 1);
        for (var token = 0; count > 0 && token < logits.Length; token++)
        {
            if (best.Count == count && logits[token] <= logits[best[^1]])
            {
                continue;
            }

            var at = best.Count;
            while (at > 0 && logits[best[at - 1]] < logits[token])
            {
                at--;
            }

            best.Insert(at, token);
            if (best.Count > count)
            {
                best.RemoveAt(count);
            }
        }

        return best;
    }
}
