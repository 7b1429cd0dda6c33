using Atrium.Inference.Llama.Grammars;

namespace Atrium.Inference.Llama;

/// <summary>Chooses the tokens of one answer: penalties and bias change the logits, then the sampler draws.</summary>
internal sealed class TokenChooser(ChatPrompt prompt, ulong seed) : IDisposable
{
    private readonly TokenSampler _sampler = new(prompt.Temperature, prompt.TopP, seed);
    private readonly Dictionary<int, int> _counts = [];
    private float[] _adjusted = [];

    /// <summary>What the tokens from here on must keep to; null leaves them free.</summary>
    public GrammarConstraint? Grammar { get; set; }

    /// <summary>The next token; -1 where the grammar lets none follow.</summary>
    public int Choose(ReadOnlySpan<float> logits)
    {
        var adjusted = Adjust(logits);
        var token = _sampler.Choose(adjusted);
        if (Grammar is { } grammar)
        {
            // Mostly the model keeps to it by itself; only where it does not is the whole vocabulary looked at.
            token = grammar.Allows(token) ? token : ChooseAllowed(adjusted, grammar);
            if (token < 0)
            {
                return -1;
            }

            grammar.Accept(token);
        }

        _counts[token] = _counts.GetValueOrDefault(token) + 1;
        return token;
    }

    public void Dispose() => Grammar?.Dispose();

    private int ChooseAllowed(ReadOnlySpan<float> logits, GrammarConstraint grammar)
    {
        var allowed = logits.ToArray();
        grammar.Mask(allowed);
        var token = _sampler.Choose(allowed);
        return allowed[token] > float.NegativeInfinity ? token : -1;
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
