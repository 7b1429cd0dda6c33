namespace Atrium.Inference;

/// <summary>The four harm categories of the Content Safety API.</summary>
public enum HarmCategory
{
    /// <summary>Attacks on people for what they are.</summary>
    Hate,

    /// <summary>Harm to oneself.</summary>
    SelfHarm,

    /// <summary>Sexual content.</summary>
    Sexual,

    /// <summary>Violence against others.</summary>
    Violence,
}

/// <summary>How harmful a text is, category by category.</summary>
public interface ITextSafety
{
    /// <summary>Severity 0 to 7 a category (the eight-level scale; the four-level scale is its even part: 0, 2, 4, 6).</summary>
    /// <param name="text">Which.</param>
    /// <param name="lane">On whose account.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">The bounded queue is full; nothing was run.</exception>
    ValueTask<IReadOnlyDictionary<HarmCategory, int>> AnalyzeAsync(string text, string lane, CancellationToken cancellationToken);
}

/// <summary>Finds attempts to turn a language model against its instructions.</summary>
public interface IPromptShield
{
    /// <summary>The probability, 0 to 1, that the text attacks; documents are read for instructions that a document has no business giving.</summary>
    /// <param name="text">Which.</param>
    /// <param name="isDocument">Whether it is a document.</param>
    /// <param name="lane">On whose account.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">The bounded queue is full; nothing was run.</exception>
    ValueTask<PromptVerdict> InspectAsync(string text, bool isDocument, string lane, CancellationToken cancellationToken);
}

/// <summary>Whether a text attacks, and how sure the shield is (0 to 1).</summary>
public readonly record struct PromptVerdict(bool AttackDetected, double Score);
