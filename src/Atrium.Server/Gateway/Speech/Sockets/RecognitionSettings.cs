using System.Globalization;
using System.Text.Json;
using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Server.Gateway.Speech.Hearing;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What a client wants of a recognition, from the address and then from <c>speech.context</c>, which goes before it. Pure.</summary>
internal sealed record RecognitionSettings
{
    private const int LeastMilliseconds = 100, MostMilliseconds = 60_000;

    /// <summary>Whether it ends with the first phrase.</summary>
    public bool IsOnce { get; init; }

    /// <summary>Candidates, of which one must be understood.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en-US"];

    /// <summary>Whether the client asked which language it is.</summary>
    public bool TellsLanguage { get; init; }

    /// <summary>Whether each phrase may be in another of the languages; else all are in that of the first.</summary>
    public bool IsContinuousLanguage { get; init; }

    /// <summary>Whether of each phrase it is told who says it (the official client's <c>ConversationTranscriber</c>).</summary>
    public bool TellsSpeaker { get; init; }

    /// <summary>Whether phrases are told with their other forms.</summary>
    public bool IsDetailed { get; init; }

    /// <summary>Whether words have their times.</summary>
    public bool WantsWords { get; init; }

    /// <summary>Silence at the beginning after which nothing is expected any more; null for the usual one.</summary>
    public TimeSpan? InitialSilence { get; init; }

    /// <summary>The silence that ends a phrase.</summary>
    public TimeSpan EndSilence { get; init; } = TimeSpan.FromMilliseconds(500);

    public ProfanityMode Profanity { get; init; } = ProfanityMode.Masked;

    /// <summary>Whether the connection is to the universal address, which tells translations in a form of its own.</summary>
    public bool IsUniversal { get; init; }

    /// <summary>Languages that phrases are translated into; none for no translation.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The chat deployment that translates, if there is one of this name; null leaves the choice.</summary>
    public string? Category { get; init; }

    /// <summary>Who speaks a translation in its language; none for nobody.</summary>
    public IReadOnlyDictionary<string, string> Voices { get; init; } = new Dictionary<string, string>();

    /// <summary>Phrases that are likely to be said; null for none.</summary>
    public PhraseList? Expected { get; init; }

    /// <summary>What is asked for and nothing here does, in words; null for nothing.</summary>
    public string? Unserved { get; init; }

    /// <summary>What the address says.</summary>
    public static RecognitionSettings Read(string mode, IQueryCollection query)
    {
        string? Value(string name) => query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
        var settings = new RecognitionSettings { IsOnce = mode.Equals("interactive", StringComparison.OrdinalIgnoreCase) };
        var targets = Value("to")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return settings with
        {
            Languages = (Value("language") ?? Value("from")) is { } language ? [language] : settings.Languages,
            IsDetailed = Value("format")?.Equals("detailed", StringComparison.OrdinalIgnoreCase) is true,
            WantsWords = Value("wordLevelTimestamps")?.Equals("true", StringComparison.OrdinalIgnoreCase) is true,
            InitialSilence = Time(Value("initialSilenceTimeoutMs")) ?? settings.InitialSilence,
            EndSilence = Time(Value("segmentationSilenceTimeoutMs")) ?? Time(Value("endSilenceTimeoutMs")) ?? settings.EndSilence,
            Profanity = Profane(Value("profanity")) ?? settings.Profanity,
            Targets = targets,
            Category = Value("category"),
            Unserved = Value("cid") is null ? null : "Recognition by a custom model (cid, the endpoint's id) is not built yet.",
            Voices = Value("voice") is { } voice ? targets.ToDictionary(target => target, _ => voice) : settings.Voices,
        };
    }

    /// <summary>With what a context says.</summary>
    public RecognitionSettings With(JsonElement context)
    {
        var settings = this;
        if (Child(context, "phraseDetection") is { } detection)
        {
            var mode = Text(detection, "mode");
            var segmentation = mode is not null && Child(detection, mode.ToLowerInvariant()) is { } own ? Child(own, "segmentation") : null;
            settings = settings with
            {
                TellsSpeaker = Child(detection, "speakerDiarization") is not null,
                IsOnce = mode is null ? settings.IsOnce : mode.Equals("interactive", StringComparison.OrdinalIgnoreCase),
                Languages = Text(detection, "language") is { } language ? [language] : settings.Languages,
                InitialSilence = Time(detection, "initialSilenceTimeout") ?? settings.InitialSilence,
                EndSilence = (segmentation is { } part ? Time(part, "segmentationSilenceTimeoutMs") : null) ?? Time(detection, "trailingSilenceTimeout") ?? settings.EndSilence,
                Profanity = Child(detection, "enrichment") is { } enrichment ? Profane(Text(enrichment, "profanity")) ?? settings.Profanity : settings.Profanity,
                Unserved = AssessesPronunciation(detection) ? Pronunciation.NoModel : settings.Unserved,
            };
        }

        if (Child(context, "dgi") is { } dgi)
        {
            settings = settings with { Expected = ExpectedPhrases.ReadContext(dgi, out var unserved), Unserved = settings.Unserved ?? unserved };
        }

        if (Child(context, "phraseOutput") is { } output)
        {
            settings = settings with
            {
                IsDetailed = Text(output, "format") is { } format ? format.Equals("detailed", StringComparison.OrdinalIgnoreCase) : settings.IsDetailed,
                WantsWords = settings.WantsWords || (Child(output, "detailed") is { } detailed && Texts(detailed, "options").Contains("WordTimings", StringComparer.OrdinalIgnoreCase)),
            };
        }

        if (Child(context, "languageId") is { } languages && Texts(languages, "languages") is { Count: > 0 } candidates)
        {
            settings = settings with { Languages = candidates, TellsLanguage = true, IsContinuousLanguage = Text(languages, "mode")?.Equals("DetectContinuous", StringComparison.OrdinalIgnoreCase) is true };
        }

        if (Child(context, "translation") is { } translation && Texts(translation, "targetLanguages") is { Count: > 0 } targets)
        {
            settings = settings with { Targets = targets, Category = Text(translation, "category") ?? settings.Category };
        }

        return Child(context, "synthesis") is { } synthesis && Child(synthesis, "defaultVoices") is { } voices
            ? settings with { Voices = voices.EnumerateObject().Where(voice => voice.Value.ValueKind is JsonValueKind.String).ToDictionary(voice => voice.Name, voice => voice.Value.GetString()!) }
            : settings;
    }

    private static bool AssessesPronunciation(JsonElement detection) => Child(detection, "enrichment") is { } enrichment && Child(enrichment, "pronunciationAssessment") is not null;

    private static JsonElement? Child(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Object ? found : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

    private static List<string> Texts(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Array
        ? [.. found.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)]
        : [];

    private static TimeSpan? Time(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Number && found.TryGetInt32(out var milliseconds) ? Time(milliseconds) : null;

    private static TimeSpan? Time(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? Time(milliseconds) : null;

    private static TimeSpan Time(int milliseconds) => TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, LeastMilliseconds, MostMilliseconds));

    private static ProfanityMode? Profane(string? text) => Enum.TryParse<ProfanityMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : null;
}
