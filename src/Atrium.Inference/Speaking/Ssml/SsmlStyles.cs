namespace Atrium.Inference.Speaking.Ssml;

/// <summary>How elements change the way in which what is in them is said. A value that is none is a mistake and changes nothing.</summary>
/// <param name="at">The element.</param>
/// <param name="cast">Who there is to speak.</param>
internal sealed class SsmlStyles(SsmlCursor at, IVoiceCast cast)
{
    /// <summary>By <c>prosody</c>.</summary>
    public SpeechStyle Prosody(SpeechStyle style) => style.With(
        at.Attribute("rate"), at.Attribute("pitch"), at.Attribute("volume"), (attribute, found) => at.Report($"'{found}' is no {attribute} of prosody. It takes {ProsodyValues.Right(attribute)}."));

    /// <summary>By <c>emphasis</c>.</summary>
    public SpeechStyle Emphasis(SpeechStyle style)
    {
        switch (at.Attribute("level") ?? "moderate")
        {
            case "strong":
                return style with { Rate = style.Rate * 0.85, Pitch = style.Pitch * 1.15, Volume = style.Volume * 1.2 };
            case "moderate":
                return style with { Rate = style.Rate * 0.93, Pitch = style.Pitch * 1.07, Volume = style.Volume * 1.1 };
            case "reduced":
                return style with { Rate = style.Rate * 1.1, Volume = style.Volume * 0.8 };
            case "none":
                return style;
            default:
                at.Report($"'emphasis' has the levels strong, moderate, none and reduced; found '{at.Attribute("level")}'.");
                return style;
        }
    }

    /// <summary>By <c>lang</c>.</summary>
    public SpeechStyle InLanguage(SpeechStyle style)
    {
        var locale = at.Language;
        if (string.IsNullOrWhiteSpace(locale))
        {
            at.Report("'lang' needs the attribute xml:lang.");
            return style;
        }

        if (cast.InLanguage(style.Voice, locale.Trim()) is { } voice)
        {
            return style with { Voice = voice };
        }

        at.Report($"No voice here speaks '{locale}'. Voices: {cast.Offer}");
        return style;
    }

    /// <summary>By <c>mstts:silence</c>.</summary>
    public SilenceRules Silences(SilenceRules rules)
    {
        var (type, value) = (at.Attribute("type") ?? "", at.Attribute("value") ?? at.Attribute("Value"));
        if (value is null || ProsodyValues.Time(value, ProsodyValues.LongestPause) is not { } time)
        {
            at.Report("'mstts:silence' needs a value such as 200ms or 2s (at most 20 seconds).");
            return rules;
        }

        switch (type.ToLowerInvariant())
        {
            case "leading":
                return rules with { Leading = rules.Leading with { More = time } };
            case "leading-exact":
                return rules with { Leading = rules.Leading with { Exactly = time } };
            case "tailing":
                return rules with { Tailing = rules.Tailing with { More = time } };
            case "tailing-exact":
                return rules with { Tailing = rules.Tailing with { Exactly = time } };
            case "sentenceboundary":
                return rules with { Sentence = rules.Sentence with { More = time } };
            case "sentenceboundary-exact":
                return rules with { Sentence = rules.Sentence with { Exactly = time } };
            case "comma-exact" or "enumerationcomma-exact":
                return rules with { Comma = time };
            case "semicolon-exact":
                return rules with { Semicolon = time };
            default:
                at.Report(
                    $"'mstts:silence' has no type '{type}'. Types: Leading, Leading-exact, Tailing, Tailing-exact, Sentenceboundary, Sentenceboundary-exact, Comma-exact, Semicolon-exact, Enumerationcomma-exact.");
                return rules;
        }
    }
}
