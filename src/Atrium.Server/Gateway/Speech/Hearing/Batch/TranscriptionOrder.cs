using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>What a caller wants transcribed.</summary>
/// <param name="Urls">Of audio files.</param>
/// <param name="Container">Of a container whose blobs are all meant; null where <paramref name="Urls"/> says it.</param>
/// <param name="View">What callers see of it from the beginning: displayName, locale, properties, ...</param>
/// <param name="Destination">The container that its files go to; null for none.</param>
internal sealed record TranscriptionOrder(IReadOnlyList<string> Urls, string? Container, JsonObject View, Uri? Destination)
{
    private const string Languages = "languageIdentification", Single = "Single";
    private const int MostUrls = 1000;
    private const int MostCustom = 10;
    private const int LongestName = 512;
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(31);
    private static readonly TimeSpan ShortestKept = TimeSpan.FromHours(6);
    private static readonly string[] PunctuationModes = ["None", "Dictated", "Automatic", "DictatedAndAutomatic"];

    /// <exception cref="ApiException">400 with every mistake, 501 for what there is no model for.</exception>
    public static TranscriptionOrder Read(JsonElement body, bool isDated, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        RefuseReferences(body);
        var view = ReadNames(body, problems, isNew: true);
        var locale = body.Text("locale", problems);
        if (locale is null || !SpeechLocales.IsLocale(locale))
        {
            problems.Add(new("locale", $"'locale' is required: such as en-US; found '{locale}'.", ProblemCodes.Required));
        }

        var urls = ReadUrls(body, problems);
        var container = ReadUrl(body, "contentContainerUrl", problems);
        if (urls.Count == 0 == container is null && problems.TrueForAll(p => !p.Target.StartsWith("content", StringComparison.Ordinal)))
        {
            problems.Add(new("contentUrls", "One of 'contentUrls' and 'contentContainerUrl' is required, and not both."));
        }

        var properties = ReadProperties(body.TryGetProperty("properties", out var given) ? given : default, isDated, problems, out var destination);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        view["locale"] = locale;
        view["properties"] = properties;
        view["status"] = "NotStarted";
        view["createdDateTime"] = now;
        view["lastActionDateTime"] = now;
        return new(urls, container, view, destination);
    }

    /// <summary>The locales that may be spoken in a transcription: its candidates, else its own.</summary>
    public static IReadOnlyList<string> LocalesOf(JsonObject view) => view["properties"]?[Languages]?["candidateLocales"] is JsonArray candidates
        ? [.. candidates.Select(locale => (string)locale!)]
        : [(string)view["locale"]!];

    /// <summary>Whether each phrase may be in another of them; else all of a file are in that of its first.</summary>
    public static bool IsContinuous(JsonObject view) => (string?)view["properties"]?[Languages]?["mode"] is not Single;

    /// <summary>The properties that can be changed later.</summary>
    public static JsonObject ReadNames(JsonElement body, List<Problem> problems, bool isNew)
    {
        var names = new JsonObject();
        var name = body.Text("displayName", problems);
        if (name is { Length: 0 or > LongestName } || (name is null && isNew))
        {
            problems.Add(new("displayName", $"'displayName' is required: 1 to {LongestName} characters.", ProblemCodes.Required));
        }

        foreach (var (key, value) in new[] { ("displayName", name), ("description", body.Text("description", problems)) })
        {
            if (value is not null)
            {
                names[key] = value;
            }
        }

        if (body.TryGetProperty("customProperties", out var custom) && custom.ValueKind is not JsonValueKind.Null)
        {
            if (custom.ValueKind is JsonValueKind.Object && custom.GetPropertyCount() <= MostCustom
                && custom.EnumerateObject().All(p => p.Name.Length <= 64 && p.Value.ValueKind is JsonValueKind.String && p.Value.GetString()!.Length <= 256))
            {
                names["customProperties"] = JsonObject.Create(custom);
            }
            else
            {
                problems.Add(new("customProperties", $"'customProperties' must be an object of at most {MostCustom} strings, names of at most 64 and values of at most 256 characters."));
            }
        }

        return names;
    }

    /// <summary>Entities that nothing here has are said, and not left out in silence. The base model may be named.</summary>
    private static void RefuseReferences(JsonElement body)
    {
        foreach (var name in (string[])["model", "dataset", "project"])
        {
            var isBase = name == "model" && body.TryGetProperty(name, out var model) && model.ValueKind is JsonValueKind.Object && model.TryGetProperty("self", out var self)
                && self.ValueKind is JsonValueKind.String && self.GetString()!.Contains(SpeechModels.Id, StringComparison.OrdinalIgnoreCase);
            if (!isBase && body.TryGetProperty(name, out var given) && given.ValueKind is not JsonValueKind.Null)
            {
                throw ApiException.NotBuilt($"A {name} of the Speech service for a transcription ('{name}')");
            }
        }
    }

    private static List<string> ReadUrls(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("contentUrls", out var array) || array.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (array.ValueKind is not JsonValueKind.Array || array.GetArrayLength() is 0 or > MostUrls || array.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.String))
        {
            problems.Add(new("contentUrls", $"'contentUrls' must be an array of 1 to {MostUrls} URLs."));
            return [];
        }

        var urls = array.EnumerateArray().Select(item => item.GetString()!).ToList();
        for (var i = 0; i < urls.Count; i++)
        {
            if (!IsUrl(urls[i]))
            {
                problems.Add(new($"contentUrls[{i}]", "An absolute http or https URL is wanted."));
            }
        }

        return urls;
    }

    private static string? ReadUrl(JsonElement body, string name, List<Problem> problems)
    {
        var url = body.Text(name, problems);
        if (url is not null && !IsUrl(url))
        {
            problems.Add(new(name, $"'{name}' must be an absolute http or https URL."));
        }

        return url;
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static JsonObject ReadProperties(JsonElement given, bool isDated, List<Problem> problems, out Uri? destination)
    {
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            problems.Add(new("properties", "'properties' must be an object."));
            destination = null;
            return [];
        }

        var body = given.ValueKind is JsonValueKind.Object ? given : JsonElement.Parse("{}");
        Refuse(body, problems);
        var punctuation = body.Text("punctuationMode", problems) ?? "DictatedAndAutomatic";
        if (!PunctuationModes.Contains(punctuation))
        {
            problems.Add(new("properties.punctuationMode", $"'punctuationMode' must be one of {string.Join(", ", PunctuationModes)}; found '{punctuation}'."));
        }

        var profanity = body.Text("profanityFilterMode", problems) ?? "Masked";
        ProfanityModes.Read(profanity, "properties.profanityFilterMode", problems);
        var channels = TranscriptionChannels.Read(body, "channels", "properties.channels", problems);
        var properties = new JsonObject();
        SpeakerBounds.ReadProperties(body, isDated, properties, problems);
        properties["wordLevelTimestampsEnabled"] = body.Flag("wordLevelTimestampsEnabled", problems) ?? false;
        properties["displayFormWordLevelTimestampsEnabled"] = body.Flag("displayFormWordLevelTimestampsEnabled", problems) ?? false;
        properties["channels"] = new JsonArray([.. channels.Count > 0 ? channels : [0, 1]]);
        properties["punctuationMode"] = punctuation;
        properties["profanityFilterMode"] = profanity;
        ReadLanguages(body, properties, problems);
        destination = DestinationUrl.Read(body, properties, problems);
        ReadTimeToLive(body, isDated, properties, problems);
        return properties;
    }

    /// <summary>What the embedded recognizer cannot do is said, and not left out in silence.</summary>
    private static void Refuse(JsonElement properties, List<Problem> problems)
    {
        bool Has(string name) => properties.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);
        if (problems.Count > 0)
        {
            return;
        }

        if (Has("email"))
        {
            throw ApiException.NotBuilt("'email' of a transcription");
        }
    }

    private static void ReadLanguages(JsonElement body, JsonObject properties, List<Problem> problems)
    {
        if (!body.TryGetProperty(Languages, out var asked) || asked.ValueKind is JsonValueKind.Null)
        {
            return;
        }

        var locales = asked.ValueKind is JsonValueKind.Object && asked.TryGetProperty("candidateLocales", out var given) && given.ValueKind is JsonValueKind.Array
            ? given.EnumerateArray().Select(locale => locale.ValueKind is JsonValueKind.String ? locale.GetString()! : "").ToList()
            : [];
        if (locales.Count is < 2 or > FastDefinition.MostLocales || !locales.TrueForAll(SpeechLocales.IsLocale))
        {
            problems.Add(new($"properties.{Languages}.candidateLocales", $"'candidateLocales' must be an array of 2 to {FastDefinition.MostLocales} locales such as en-US."));
            return;
        }

        if (asked.Text("mode", problems) is { } mode && mode is not (Single or "Continuous"))
        {
            problems.Add(new($"properties.{Languages}.mode", $"'mode' must be {Single} or Continuous; found '{mode}'."));
        }

        if (asked.TryGetProperty("speechModelMapping", out var mapping) && mapping.ValueKind is JsonValueKind.Object && mapping.GetPropertyCount() > 0)
        {
            throw ApiException.NotBuilt("A model of one's own for a language ('speechModelMapping')");
        }

        properties[Languages] = JsonObject.Create(asked);
    }

    private static void ReadTimeToLive(JsonElement body, bool isDated, JsonObject properties, List<Problem> problems)
    {
        if (isDated)
        {
            if (body.Whole("timeToLiveHours", (int)ShortestKept.TotalHours, (int)LongestKept.TotalHours, problems) is { } hours)
            {
                properties["timeToLiveHours"] = hours;
            }
            else if (problems.TrueForAll(p => p.Target != "timeToLiveHours"))
            {
                problems.Add(new("properties.timeToLiveHours", $"'timeToLiveHours' is required: {ShortestKept.TotalHours} to {LongestKept.TotalHours}.", ProblemCodes.Required));
            }
        }
        else if (body.Text("timeToLive", problems) is { } text)
        {
            if (TryIso(text, out var kept) && kept >= TimeSpan.Zero && kept <= LongestKept)
            {
                properties["timeToLive"] = text;
            }
            else
            {
                problems.Add(new("properties.timeToLive", $"'timeToLive' must be a length of time such as PT12H or P7D, at most {LongestKept.TotalDays} days."));
            }
        }
    }

    public static bool TryIso(string text, out TimeSpan time)
    {
        try
        {
            time = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            time = default;
            return false;
        }
    }
}
