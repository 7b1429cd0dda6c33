using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>What callers see of a transcription, in the form of the API that they use. Pure.</summary>
internal static class TranscriptionView
{
    /// <summary>How much was heard, in ticks; kept in the row for both forms.</summary>
    public const string Duration = "durationInTicks";

    /// <summary>Where the row lists the files that came of it.</summary>
    public const string FileList = "files";
    private static readonly string[] Plain = ["displayName", "description", "locale", "customProperties"];

    public static JsonObject Of(string id, JsonObject row, TranscriptionApi api)
    {
        var view = new JsonObject
        {
            ["self"] = api.Self(id),
            ["model"] = new JsonObject { ["self"] = $"{api.Root}/models/base/{SpeechModels.Id}{api.Query}" },
            ["links"] = new JsonObject { ["files"] = api.Files(id) },
            ["properties"] = Properties(row["properties"]!.AsObject(), api),
            ["lastActionDateTime"] = TranscriptionApi.Moment(row["lastActionDateTime"]!.GetValue<DateTimeOffset>()),
            ["status"] = (string?)row["status"],
            ["createdDateTime"] = TranscriptionApi.Moment(row["createdDateTime"]!.GetValue<DateTimeOffset>()),
        };
        foreach (var name in Plain.Where(name => row[name] is not null))
        {
            view[name] = row[name]!.DeepClone();
        }

        return view;
    }

    public static JsonObject File(string id, JsonObject file, string contentUrl, TranscriptionApi api) => new()
    {
        ["self"] = api.File(id, (string)file["id"]!),
        ["name"] = (string?)file["name"],
        ["kind"] = (string?)file["kind"],
        ["properties"] = new JsonObject { ["size"] = (long)file["size"]! },
        ["createdDateTime"] = TranscriptionApi.Moment(file["createdDateTime"]!.GetValue<DateTimeOffset>()),
        ["links"] = new JsonObject { ["contentUrl"] = contentUrl },
    };

    private static JsonObject Properties(JsonObject kept, TranscriptionApi api)
    {
        var properties = kept.DeepClone().AsObject();
        var ticks = (long?)properties[Duration] ?? 0;
        properties.Remove(Duration);
        if (api.IsDated)
        {
            properties["durationMilliseconds"] = ticks / TimeSpan.TicksPerMillisecond;
        }
        else if (ticks > 0)
        {
            properties["duration"] = TranscriptionApi.Iso(new(ticks));
        }

        return properties;
    }
}
