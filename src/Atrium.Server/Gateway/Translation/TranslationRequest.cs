namespace Atrium.Server.Gateway.Translation;

/// <summary>What is to be translated, in either form of the API.</summary>
/// <param name="Inputs">The texts.</param>
/// <param name="WantsSentences">Whether the lengths of sentences are wanted.</param>
internal sealed record TranslationRequest(IReadOnlyList<TranslationInput> Inputs, bool WantsSentences);

/// <summary>A text and the languages it is wanted in.</summary>
internal sealed record TranslationInput
{
    public required string Text { get; init; }

    /// <summary>Null to find it out.</summary>
    public string? From { get; init; }

    /// <summary>Taken where it cannot be found out.</summary>
    public string? SuggestedFrom { get; init; }

    public bool IsHtml { get; init; }

    public required IReadOnlyList<TranslationTarget> Targets { get; init; }
}

/// <summary>A language that a text is wanted in, and how.</summary>
internal sealed record TranslationTarget
{
    /// <summary>As the caller wrote it.</summary>
    public required string Language { get; init; }

    /// <summary>Its code here.</summary>
    public required string Code { get; init; }

    /// <summary>Chat deployment that shall translate; null leaves the choice.</summary>
    public string? Deployment { get; init; }

    /// <summary>Whether another engine may stand in for the deployment.</summary>
    public bool MayFallBack { get; init; } = true;

    public ProfanityAction Profanity { get; init; }

    public bool MarksProfanityByTag { get; init; }

    /// <summary>formal, informal or neutral; null leaves the choice.</summary>
    public string? Tone { get; init; }

    /// <summary>male, female or neutral; null leaves the choice.</summary>
    public string? Gender { get; init; }

    /// <summary>Translations to take as examples.</summary>
    public IReadOnlyList<(string Source, string Target)> Examples { get; init; } = [];

    /// <summary>Whether only a language model can do as asked.</summary>
    public bool NeedsModel => Tone is not null || Gender is not null || Examples.Count > 0;
}
