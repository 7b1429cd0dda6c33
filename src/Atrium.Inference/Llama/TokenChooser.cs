namespace Atrium.Inference.Llama;

/// <summary>Chooses the tokens of one answer: penalties and bias change the logits, then the sampler draws.</summary>
internal sealed class TokenChooser(ChatPrompt prompt, ulong seed)
{
    private readonly TokenSampler _sampler = new(prompt.Temperature, prompt.TopP, seed);
    private readonly Dictionary<int, int> _counts = [];
    private float[] _adjusted = [];

    /// <summary>The next token.</summary>
    public int Choose(ReadOnlySpan<float> logits)
    {
        var token = _sampler.Choose(Adjust(logits));
        _counts[token] = _counts.GetValueOrDefault(token) + 1;
        return token;
    }

    private ReadOnlySpan<float> Adjust(ReadOnlySpan<float> logits)
    {
        if (prompt is { PresencePenalty: 0, FrequencyPenalty: 0, Bias.Count: 0 })
        {
            return logits;
        }

        Array.Resize(ref _adjusted, logits.Length);
        logits.CopyTo(_adjusted);
        foreach (var (token, count) in _counts)
        {
            _adjusted[token] -= prompt.PresencePenalty + (prompt.FrequencyPenalty * count);
        }

        foreach (var (token, bias) in prompt.Bias)
        {
            if (token >= 0 && token < _adjusted.Length)
            {
                _adjusted[token] += bias;
            }
        }

        return _adjusted;
    }
}
