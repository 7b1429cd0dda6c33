using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>The part <c>definition</c> of a fast transcription, JSON.</summary>
/// <param name="Locales">Of what may be spoken; empty leaves it open.</param>
/// <param name="Channels">That are heard one by one; empty mixes them.</param>
/// <param name="Profanity">What becomes of it.</param>
internal sealed record FastDefinition(IReadOnlyList<string> Locales, IReadOnlyList<int> Channels, ProfanityMode Profanity)
{
    public const int MostLocales = 10;
    private static readonly string[] Members = [AudioUrlName, "locales", "channels", "profanityFilterMode", "diarization", "phraseList", "enhancedMode", "models"];
    private const string AudioUrlName = "audioUrl";

    /// <summary>Whether speakers are told apart, and how many; null for not.</summary>
    public SpeakerBounds? Speakers { get; private init; }

    /// <summary>Phrases that are likely to be said; null for none.</summary>
    public PhraseList? Phrases { get; private init; }

    /// <summary>Where the audio is, when the form does not have it; null for nowhere.</summary>
    public string? AudioUrl { get; private init; }

    /// <exception cref="ApiException">400 with every mistake, 501 for what there is no model for.</exception>
    public static FastDefinition Read(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(json) ? "{}" : json, new() { AllowDuplicateProperties = false, MaxDepth = 32 });
            return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : throw ApiException.Invalid("definition", "'definition' must be a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw ApiException.Invalid("definition", $"'definition' is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
    }

    private static FastDefinition Read(JsonElement definition)
    {
        var problems = new List<Problem>();
        var locales = Texts(definition, "locales", problems).ToList();
        if (locales.Find(locale => !SpeechLocales.IsLocale(locale)) is { } wrong)
        {
            problems.Add(new("definition.locales", $"'{wrong}' is no locale; one is written like en-US."));
        }

        if (locales.Count > MostLocales)
        {
            problems.Add(new("definition.locales", $"'locales' has {locales.Count} entries; {MostLocales} are the most."));
        }

        var channels = TranscriptionChannels.Read(definition, "channels", "definition.channels", problems);
        var profanity = ProfanityModes.Read(definition.Text("profanityFilterMode", problems), "definition.profanityFilterMode", problems);
        var phrases = ExpectedPhrases.Read(definition, problems);
        var speakers = SpeakerBounds.ReadDated(definition, "definition.", problems);
        if (speakers is not null && channels.Count > 1)
        {
            problems.Add(new("definition.channels", "Speakers are told apart in one channel: with 'diarization', 'channels' names one at most."));
        }

        var enhanced = Asks(definition, "enhancedMode", problems);
        problems.AddRange(definition.EnumerateObject().Where(member => !Members.Contains(member.Name)).Select(member =>
            new Problem($"definition.{member.Name}", $"'{member.Name}' is not known here. A definition has {string.Join(", ", Members)}.")));
        var audioUrl = definition.Text(AudioUrlName, problems);
        return problems.Count > 0 ? throw ApiException.Invalid(problems)
            : enhanced ? throw ApiException.NoModel($"No embedded model transcribes by a prompt or translates what it hears ('enhancedMode'). {SpeechUpstream.HowTo(FastTranscription.Operation)}.")
            : definition.TryGetProperty("models", out var models) && models.ValueKind is JsonValueKind.Object && models.EnumerateObject().Any() ? throw ApiException.NotBuilt("Models of one's own for languages ('models')")
            : new(locales, channels, profanity) { AudioUrl = audioUrl, Speakers = speakers, Phrases = phrases };
    }

    /// <summary>Whether an option is asked for: by an object that does not say otherwise.</summary>
    private static bool Asks(JsonElement definition, string name, List<Problem> problems)
    {
        if (!definition.TryGetProperty(name, out var option) || option.ValueKind is JsonValueKind.Null)
        {
            return false;
        }

        if (option.ValueKind is JsonValueKind.Object)
        {
            return option.Flag("enabled", problems) is not false;
        }

        problems.Add(new($"definition.{name}", $"'{name}' must be an object."));
        return false;
    }

    private static IEnumerable<string> Texts(JsonElement definition, string name, List<Problem> problems)
    {
        if (!definition.TryGetProperty(name, out var array) || array.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (array.ValueKind is JsonValueKind.Array && array.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String))
        {
            return array.EnumerateArray().Select(item => item.GetString()!);
        }

        problems.Add(new($"definition.{name}", $"'{name}' must be an array of strings."));
        return [];
    }
}

/// <summary>Channel numbers of a request. Pure.</summary>
internal static class TranscriptionChannels
{
    private const int Most = 2;

    /// <summary>Empty where the request names none, or names them wrongly.</summary>
    public static IReadOnlyList<int> Read(JsonElement body, string name, string target, List<Problem> problems)
    {
        if (!body.TryGetProperty(name, out var array) || array.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (array.ValueKind is JsonValueKind.Array && array.GetArrayLength() <= Most
            && array.EnumerateArray().All(item => item.ValueKind is JsonValueKind.Number && item.TryGetInt32(out var channel) && channel is >= 0 and < Most)
            && array.EnumerateArray().Select(item => item.GetInt32()).Distinct().Count() == array.GetArrayLength())
        {
            return [.. array.EnumerateArray().Select(item => item.GetInt32())];
        }

        problems.Add(new(target, $"'{name}' must be an array with 0, 1 or both."));
        return [];
    }
}

/// <summary>Profanity filters by the names that transcriptions have for them. Pure.</summary>
internal static class ProfanityModes
{
    private static readonly Dictionary<string, ProfanityMode> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["None"] = ProfanityMode.Raw,
        ["Masked"] = ProfanityMode.Masked,
        ["Removed"] = ProfanityMode.Removed,
        ["Tags"] = ProfanityMode.Tagged,
    };

    /// <summary>Masked where nothing is named.</summary>
    public static ProfanityMode Read(string? name, string target, List<Problem> problems)
    {
        if (name is null)
        {
            return ProfanityMode.Masked;
        }

        if (!Names.TryGetValue(name, out var mode))
        {
            problems.Add(new(target, $"'{target}' must be one of {string.Join(", ", Names.Keys)}; found '{name}'."));
        }

        return mode;
    }
}
