namespace Atrium.Server.Gateway.Translation;

/// <summary>The bounds of the Translator API, as published.</summary>
/// <param name="MostTexts">Texts of a call.</param>
/// <param name="MostCharacters">Of one text, and of all.</param>
internal sealed record TranslatorLimits(int MostTexts, int MostCharacters)
{
    public static readonly TranslatorLimits Translate = new(1000, 50_000);
    public static readonly TranslatorLimits Detect = new(100, 50_000);
    public static readonly TranslatorLimits BreakSentence = new(100, 50_000);
    public static readonly TranslatorLimits Dictionary = new(10, 1000);

    /// <summary>Languages that a text is wanted in; ours, the published service bounds characters times languages.</summary>
    public const int MostTargets = 100;
}
