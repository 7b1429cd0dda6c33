using Atrium.Inference.Language;

namespace Atrium.Server.Gateway.Language;

/// <summary>One text of a request.</summary>
/// <param name="Id">The caller's name of it.</param>
/// <param name="Text">What is analyzed.</param>
/// <param name="Language">As the caller says; English where nothing is said.</param>
/// <param name="CountryHint">Where it was written, for the question which language it is in; empty for no hint.</param>
internal sealed record TextDocument(string Id, string Text, string Language, string CountryHint)
{
    /// <summary>Has the language told from the text.</summary>
    public const string Auto = "auto";
    public const string English = "en";

    /// <summary>The language that was found where the caller asked for that; else null.</summary>
    public DetectedLanguage? Found { get; init; }

    public bool IsEnglish => Language.Equals(English, StringComparison.OrdinalIgnoreCase) || Language.StartsWith("en-", StringComparison.OrdinalIgnoreCase);
}
