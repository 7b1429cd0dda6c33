using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Server.Gateway.Speech.Hearing;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What is heard, as the protocol tells it. Pure.</summary>
internal sealed class RecognitionMessages(RecognitionSettings settings, string language, ProfanityFilter profanity)
{
    public static JsonObject At(TimeSpan offset) => new() { ["Offset"] = offset.Ticks };

    /// <summary>A phrase that there is not.</summary>
    public static JsonObject Status(string status, TimeSpan offset, TimeSpan duration) =>
        new() { ["Id"] = NewId(), ["RecognitionStatus"] = status, ["Offset"] = offset.Ticks, ["Duration"] = duration.Ticks, ["Channel"] = 0 };

    /// <summary>What is heard so far, in the form that it is spoken.</summary>
    public JsonObject Hypothesis(SpeechPhrase phrase) => WithOrigin(phrase, new()
    {
        ["Id"] = NewId(),
        ["Text"] = profanity.Apply(SpokenText.Lexical(phrase.Text), settings.Profanity),
        ["Offset"] = phrase.Offset.Ticks,
        ["Duration"] = phrase.Duration.Ticks,
        ["Channel"] = 0,
    });

    /// <summary>The text of a phrase as the client wants profane words.</summary>
    public string Shown(SpeechPhrase phrase) => profanity.Apply(phrase.Text, settings.Profanity);

    public JsonObject Phrase(SpeechPhrase phrase)
    {
        var message = Status("Success", phrase.Offset, phrase.Duration);
        message["DisplayText"] = Shown(phrase);
        if (settings.IsDetailed)
        {
            message["NBest"] = new JsonArray(Best(phrase));
        }

        return WithOrigin(phrase, message);
    }

    /// <summary>A phrase in another language than what is heard here: no match, with the language as far as it is told, and the reason, which is no part of the published form.</summary>
    public JsonObject Unheard(SpeechPhrase phrase, string reason)
    {
        var message = Status("NoMatch", phrase.Offset, phrase.Duration);
        message["Reason"] = reason;
        return phrase.Locale is null ? message : WithOrigin(phrase, message);
    }

    private JsonObject Best(SpeechPhrase phrase)
    {
        var spoken = SpokenText.Lexical(phrase.Text);
        var best = new JsonObject
        {
            ["Confidence"] = Math.Round(phrase.Confidence, 7),
            ["Lexical"] = spoken,
            ["ITN"] = spoken,
            ["MaskedITN"] = profanity.Apply(spoken, settings.Profanity),
            ["Display"] = Shown(phrase),
        };
        if (settings.WantsWords)
        {
            best["Words"] = new JsonArray([.. phrase.Words.Select(word => new JsonObject
            {
                ["Word"] = SpokenText.Lexical(word.Text), ["Offset"] = word.Offset.Ticks, ["Duration"] = word.Duration.Ticks, ["Confidence"] = Math.Round(word.Confidence, 7),
            })]);
        }

        return best;
    }

    /// <summary>The locale of a phrase.</summary>
    public string LanguageOf(SpeechPhrase phrase) => phrase.Locale ?? language;

    private JsonObject WithOrigin(SpeechPhrase phrase, JsonObject message)
    {
        if (settings.TellsSpeaker)
        {
            message["SpeakerId"] = phrase.Speaker is { } speaker ? $"Guest-{speaker}" : "Unknown";
        }

        if (settings.TellsLanguage)
        {
            message["PrimaryLanguage"] = new JsonObject { ["Language"] = LanguageOf(phrase), ["Confidence"] = SpokenCandidates.ConfidenceOf(phrase) };
        }

        return message;
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
