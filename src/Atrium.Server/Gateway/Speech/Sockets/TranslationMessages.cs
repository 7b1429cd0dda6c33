using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What is heard and translated, as the protocol tells it: in one form at the older address, in another at the universal one. Pure.</summary>
/// <param name="isUniversal">Whether the connection is to the universal address.</param>
internal sealed class TranslationMessages(bool isUniversal)
{
    public string HypothesisPath => isUniversal ? "translation.response" : "translation.hypothesis";

    public string PhrasePath => isUniversal ? "translation.response" : "translation.phrase";

    public string AudioPath => isUniversal ? "audio" : "translation.synthesis";

    public string AudioEndPath => isUniversal ? "audio.end" : "translation.synthesis.end";

    /// <param name="heard">The same as recognition tells it.</param>
    /// <param name="translated">In each of the languages.</param>
    public JsonObject Hypothesis(JsonObject heard, TranslatedPhrase translated) => isUniversal ? With(translated, "SpeechHypothesis", heard) : With(heard, translated);

    /// <param name="heard">The same as recognition tells it.</param>
    /// <param name="translated">In each of the languages; null where there was nothing to translate.</param>
    public JsonObject Phrase(JsonObject heard, TranslatedPhrase? translated)
    {
        if (isUniversal)
        {
            return With(translated ?? TranslatedPhrase.Nothing, "SpeechPhrase", heard);
        }

        if (heard["DisplayText"] is { } text)
        {
            heard.Remove("DisplayText");
            heard["Text"] = text;
        }

        return translated is null ? heard : With(heard, translated);
    }

    /// <param name="failure">Why a translation could not be spoken; null where it was.</param>
    public JsonObject AudioEnd(string? failure)
    {
        var name = isUniversal ? "Status" : "SynthesisStatus";
        return failure is null ? new() { [name] = "Success" } : new() { [name] = "Error", ["FailureReason"] = failure };
    }

    private static JsonObject With(JsonObject heard, TranslatedPhrase translated)
    {
        heard["Translation"] = Translation(translated, "Text");
        return heard;
    }

    private static JsonObject With(TranslatedPhrase translated, string name, JsonObject heard)
    {
        var message = Translation(translated, "DisplayText");
        message[name] = heard;
        return message;
    }

    private static JsonObject Translation(TranslatedPhrase translated, string textName)
    {
        var message = new JsonObject { ["TranslationStatus"] = translated.Failure is null ? "Success" : "Error" };
        if (translated.Failure is { } failure)
        {
            message["FailureReason"] = failure;
        }

        message["Translations"] = new JsonArray([.. translated.Texts.Select(text => new JsonObject { ["Language"] = text.Language, [textName] = text.Text })]);
        return message;
    }
}

/// <summary>A phrase in other languages.</summary>
/// <param name="Texts">By language, as the client wrote it; those that there are.</param>
/// <param name="Failure">Why it is not all of them; null where it is.</param>
internal sealed record TranslatedPhrase(IReadOnlyList<(string Language, string Text)> Texts, string? Failure)
{
    public static TranslatedPhrase Nothing { get; } = new([], null);
}
