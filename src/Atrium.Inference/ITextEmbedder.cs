namespace Atrium.Inference;

/// <summary>Turns texts into unit-length vectors. Thread-safe; concurrent calls share batches.</summary>
public interface ITextEmbedder
{
    /// <summary>The model's name as the data plane reports it.</summary>
    string Name { get; }

    /// <summary>Length of every vector.</summary>
    int Dimensions { get; }

    /// <summary>How many tokens of one text the model reads. A longer text is refused, never cut.</summary>
    int MaxTokens { get; }

    /// <summary>The number of tokens that the model would read of this text.</summary>
    int CountTokens(string text);

    /// <summary>One vector of <see cref="Dimensions"/> floats per text, in order.</summary>
    /// <param name="texts">Which.</param>
    /// <param name="lane">On whose account: lanes take turns at the model, however much one of them has to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">The bounded queue is full; nothing was run.</exception>
    /// <exception cref="TextTooLongException">A text has more than <see cref="MaxTokens"/> tokens.</exception>
    ValueTask<IReadOnlyList<Embedding>> EmbedAsync(IReadOnlyList<string> texts, string lane, CancellationToken cancellationToken);
}

/// <summary>One text's vector and the tokens it cost.</summary>
public readonly record struct Embedding(float[] Vector, int Tokens);
