using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Ssml;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>What a caller wants spoken.</summary>
/// <param name="Inputs">Texts or documents.</param>
/// <param name="View">What callers see of it from the beginning.</param>
/// <param name="Destination">The container that its result goes to; null for none.</param>
internal sealed record SynthesisOrder(IReadOnlyList<string> Inputs, JsonObject View, Uri? Destination)
{
    public const string PlainText = "PlainText", Ssml = "SSML";

    /// <summary>All as published.</summary>
    private const int MostInputs = 10_000;
    private const int MostCharacters = 2 * 1024 * 1024;
    private const int LongestKept = 744;

    /// <summary>Of the path in the container: a blob's name has 1,024, and the id and the file's name come behind.</summary>
    private const int LongestPath = 512;
    private const string UsualFormat = "riff-24khz-16bit-mono-pcm";
    private static readonly string[] Kinds = [PlainText, Ssml];

    /// <exception cref="ApiException">400 with every mistake, 501 for what is not built.</exception>
    public static SynthesisOrder Read(JsonElement body, VoiceCast cast, Func<string, bool> isFormat, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        var kind = body.Text("inputKind", problems);
        if (!Kinds.Contains(kind) && problems.Count == 0)
        {
            problems.Add(new("inputKind", $"'inputKind' is required: {string.Join(" or ", Kinds)}; found '{kind}'.", ProblemCodes.Required));
        }

        var inputs = ReadInputs(body, problems);
        var config = kind == PlainText ? ReadConfig(body, cast, problems) : null;
        var properties = ReadProperties(body.TryGetProperty("properties", out var given) ? given : default, isFormat, problems, out var destination);
        var description = body.Text("description", problems);
        if (body.TryGetProperty("customVoices", out var custom) && custom.ValueKind is JsonValueKind.Object && custom.GetPropertyCount() > 0)
        {
            throw ApiException.NotBuilt("Synthesis by voices of one's own (customVoices)");
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var view = new JsonObject
        {
            ["status"] = "NotStarted",
            ["createdDateTime"] = now,
            ["lastActionDateTime"] = now,
            ["inputKind"] = kind,
            ["customVoices"] = new JsonObject(),
            ["properties"] = properties,
        };
        if (description is not null)
        {
            view["description"] = description;
        }

        if (config is not null)
        {
            view["synthesisConfig"] = config;
        }

        return new(inputs, view, destination);
    }

    /// <summary>How text is said by a <c>synthesisConfig</c>.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="cast">Who there is.</param>
    /// <param name="wrong">Told of a value that is none, by name and value.</param>
    public static SpeechStyle? StyleOf(JsonObject config, VoiceCast cast, Action<string, string> wrong) => cast.Find((string?)config["voice"] ?? "") is { } voice
        ? new SpeechStyle(voice).With((string?)config["rate"], (string?)config["pitch"], (string?)config["volume"], wrong)
        : null;

    private static List<string> ReadInputs(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("inputs", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() is 0 or > MostInputs)
        {
            problems.Add(new("inputs", $"'inputs' is required: a list of 1 to {MostInputs} objects with 'content'.", ProblemCodes.Required));
            return [];
        }

        var (texts, characters) = (new List<string>(), 0);
        foreach (var (item, at) in list.EnumerateArray().Select((item, at) => (item, at)))
        {
            if (item.ValueKind is JsonValueKind.Object && item.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String && content.GetString() is { Length: > 0 } text)
            {
                texts.Add(text);
                characters += text.Length;
            }
            else
            {
                problems.Add(new($"inputs[{at}].content", $"'inputs[{at}].content' is required: the text to speak.", ProblemCodes.Required));
            }
        }

        if (characters > MostCharacters)
        {
            problems.Add(new("inputs", $"The inputs have {characters} characters together; the most are {MostCharacters}."));
        }

        return texts;
    }

    private static JsonObject? ReadConfig(JsonElement body, VoiceCast cast, List<Problem> problems)
    {
        if (!body.TryGetProperty("synthesisConfig", out var given) || given.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new("synthesisConfig", "'synthesisConfig' is required where the input is plain text: an object with 'voice'.", ProblemCodes.Required));
            return null;
        }

        if (given.TryGetProperty("backgroundAudio", out var background) && background.ValueKind is not JsonValueKind.Null)
        {
            throw ApiException.NotBuilt("Background audio (synthesisConfig.backgroundAudio)");
        }

        var config = new JsonObject();
        foreach (var name in (string[])["voice", "style", "rate", "pitch", "volume"])
        {
            if (given.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
            {
                if (value.ValueKind is JsonValueKind.String)
                {
                    config[name] = value.GetString();
                }
                else
                {
                    problems.Add(new($"synthesisConfig.{name}", $"'synthesisConfig.{name}' must be a string."));
                }
            }
        }

        if (StyleOf(config, cast, (name, value) => problems.Add(new($"synthesisConfig.{name}", $"'{value}' is no {name}."))) is null)
        {
            problems.Add(new("synthesisConfig.voice", $"There is no voice '{(string?)config["voice"]}' here. Voices: {cast.Offer}"));
        }

        return config;
    }

    private static JsonObject ReadProperties(JsonElement given, Func<string, bool> isFormat, List<Problem> problems, out Uri? destination)
    {
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            problems.Add(new("properties", "'properties' must be an object."));
        }

        var source = given.ValueKind is JsonValueKind.Object ? given : JsonDocument.Parse("{}").RootElement;
        var format = source.Text("outputFormat", problems) ?? UsualFormat;
        if (!isFormat(format))
        {
            problems.Add(new("properties.outputFormat", $"The audio format '{format}' cannot be made here."));
        }

        var kept = source.Number("timeToLiveInHours", 1, LongestKept, problems) ?? LongestKept;
        if (kept != Math.Floor(kept))
        {
            problems.Add(new("properties.timeToLiveInHours", $"'timeToLiveInHours' must be a whole number from 1 to {LongestKept}; found {kept.ToString(CultureInfo.InvariantCulture)}."));
        }

        var properties = new JsonObject { ["timeToLiveInHours"] = (int)kept, ["outputFormat"] = format };
        foreach (var name in (string[])["concatenateResult", "decompressOutputFiles", "wordBoundaryEnabled", "sentenceBoundaryEnabled"])
        {
            properties[name] = source.Flag(name, problems) ?? false;
        }

        destination = ReadDestination(source, properties, problems);
        return properties;
    }

    private static Uri? ReadDestination(JsonElement source, JsonObject properties, List<Problem> problems)
    {
        if (source.Text("destinationPath", problems) is { Length: > 0 } path)
        {
            properties["destinationPath"] = path;
            if (path.Length > LongestPath || path.Split('/').Any(part => part is "" or "." or "..") || path.Any(char.IsControl) || path.Contains('\\', StringComparison.Ordinal))
            {
                problems.Add(new("properties.destinationPath", $"'destinationPath' must be names with '/' between them, such as 'speech/today', of at most {LongestPath} characters."));
            }
        }

        return DestinationUrl.Read(source, properties, problems);
    }
}
