using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Fast transcription of Azure AI Speech (2024-11-15) as it is asked for there, and what its answers have. Pure.</summary>
internal static class AzureTranscription
{
    public const string Path = "/speechtotext/transcriptions:transcribe?api-version=2024-11-15";
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>What is wanted, as far as it is the same for all.</summary>
    public static JsonObject Definition(IReadOnlyList<string> locales, PhraseList? expected = null)
    {
        var definition = new JsonObject { ["locales"] = new JsonArray([.. locales]), ["profanityFilterMode"] = "None" };
        if (expected is { IsEmpty: false })
        {
            var list = new JsonObject { ["phrases"] = new JsonArray([.. expected.Phrases]) };
            if (expected.Weight != 1)
            {
                list["biasingWeight"] = expected.Weight;
            }

            definition["phraseList"] = list;
        }

        return definition;
    }

    public static MultipartFormDataContent Form(HttpContent audio, string fileName, JsonObject definition) =>
        new() { { audio, "audio", fileName }, { new StringContent(definition.ToJsonString()), "definition" } };

    /// <summary>A time, in milliseconds there.</summary>
    public static TimeSpan Time(JsonElement item, string name) => ForeignAnswer.Time(item, name, Millisecond);

    /// <summary>How sure a phrase is, 0 to 1; one that does not say is taken for sure.</summary>
    public static float Confidence(JsonElement phrase) => phrase.TryGetProperty("confidence", out var confidence) ? Math.Clamp(confidence.GetSingle(), 0, 1) : 1;

    /// <summary>In which of the locales a phrase is; null where it does not say, or in none.</summary>
    public static string? Locale(JsonElement phrase, IReadOnlyList<string> locales) => SpeechLocales.Among(locales, phrase.TryGetProperty("locale", out var locale) ? locale.GetString() : null);

    public static IEnumerable<SpeechWord> Words(JsonElement phrase) => phrase.TryGetProperty("words", out var words) ? words.EnumerateArray().Select(Word) : [];

    private static SpeechWord Word(JsonElement word) => new(ForeignAnswer.Text(word, "text"), Time(word, "offsetMilliseconds"), Time(word, "durationMilliseconds"), 1);
}
