using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Speakers.Diarization;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>How many speakers of one channel are told apart (diarization). Pure.</summary>
/// <param name="Least">At least; a hint.</param>
/// <param name="Most">At most.</param>
internal sealed record SpeakerBounds(int Least, int Most)
{
    /// <summary>Names of the properties of a transcription: the flag of v3.x, and the object, whose members are others in the dated form.</summary>
    public const string Flag = "diarizationEnabled", Name = "diarization";

    private const string Speakers = "speakers";

    /// <summary>Where no number is given: as published of v3.x, up to two.</summary>
    public static readonly SpeakerBounds Usual = new(1, 2);

    /// <summary>What <c>{"enabled", "maxSpeakers"}</c> asks for; null for nothing.</summary>
    /// <param name="body">What has it as <c>diarization</c>.</param>
    /// <param name="place">Of the body in the request, with a point at its end.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static SpeakerBounds? ReadDated(JsonElement body, string place, List<Problem> problems)
    {
        if (!body.TryGetProperty(Name, out var asked) || asked.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (asked.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new($"{place}{Name}", $"'{Name}' must be an object such as {{\"enabled\": true, \"maxSpeakers\": 2}}."));
            return null;
        }

        var found = new List<Problem>();
        var (isOn, most) = (asked.Flag("enabled", found) ?? true, asked.Whole("maxSpeakers", 2, SpeakerDiarizer.MostSpeakers, found));
        problems.AddRange(found.Select(problem => problem with { Target = $"{place}{Name}.{problem.Target}" }));
        return !isOn ? null : most is { } count ? new(1, count) : Usual;
    }

    /// <summary>What the properties of a transcription ask for, and what of it is shown.</summary>
    public static void ReadProperties(JsonElement body, bool isDated, JsonObject into, List<Problem> problems)
    {
        var isOn = body.Flag(Flag, problems);
        var hasBounds = body.TryGetProperty(Name, out var asked) && asked.ValueKind is not JsonValueKind.Null;
        if (isDated)
        {
            ReadDated(body, "properties.", problems);
        }
        else
        {
            into[Flag] = isOn ?? hasBounds;
            if (hasBounds)
            {
                ReadCounts(asked, problems);
            }
        }

        if (hasBounds && asked.ValueKind is JsonValueKind.Object)
        {
            into[Name] = JsonObject.Create(asked);
        }
        else if (isDated && isOn is true)
        {
            into[Name] = new JsonObject { ["enabled"] = true, ["maxSpeakers"] = Usual.Most };
        }
    }

    /// <summary>What a transcription asked for, by the properties that are shown of it; null for nothing.</summary>
    public static SpeakerBounds? Of(JsonObject properties)
    {
        var asked = properties[Name];
        if (properties[Flag] is { } flag)
        {
            return !(bool)flag ? null
                : asked is null ? Usual
                : new((int?)asked[Speakers]?["minCount"] ?? 1, (int?)asked[Speakers]?["maxCount"] ?? SpeakerDiarizer.MostSpeakers);
        }

        return asked is null || (bool?)asked["enabled"] is false ? null : new(1, (int?)asked["maxSpeakers"] ?? Usual.Most);
    }

    private static void ReadCounts(JsonElement asked, List<Problem> problems)
    {
        if (asked.ValueKind is not JsonValueKind.Object || !asked.TryGetProperty(Speakers, out var speakers) || speakers.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new($"properties.{Name}.{Speakers}", $"'{Speakers}' is required: an object such as {{\"minCount\": 2, \"maxCount\": 4}}."));
            return;
        }

        var found = new List<Problem>();
        var (least, most) = (speakers.Whole("minCount", 1, SpeakerDiarizer.MostSpeakers, found), speakers.Whole("maxCount", 1, SpeakerDiarizer.MostSpeakers, found));
        if (least > most)
        {
            found.Add(new("minCount", $"'minCount' ({least}) must not be more than 'maxCount' ({most})."));
        }

        problems.AddRange(found.Select(problem => problem with { Target = $"properties.{Name}.{Speakers}.{problem.Target}" }));
    }
}
