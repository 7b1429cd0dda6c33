namespace Atrium.Inference;

/// <summary>A model's bounded queue is full. Nothing was run; the caller may try again after <see cref="RetryAfter"/>.</summary>
public sealed class InferenceQueueFullException(string model, TimeSpan retryAfter) : Exception($"The queue of model '{model}' is full.")
{
    /// <summary>When a place is likely to be free.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>A text has more tokens than the model reads.</summary>
public sealed class TextTooLongException(int index, int tokens, int limit) : Exception($"Text {index} has {tokens} tokens; the model reads at most {limit}.")
{
    /// <summary>Which text of the call, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Its tokens.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>The model's limit.</summary>
    public int Limit { get; } = limit;
}
