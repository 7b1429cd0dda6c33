using System.Text.Json.Nodes;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>The embedded recognizer as a base model of the speech service.</summary>
internal static class SpeechModels
{
    /// <summary>Its id there: the same in every installation, for links between them.</summary>
    public const string Id = "6d6f6f6e-7368-4e65-8000-74696e790001";

    /// <summary>When this model was published.</summary>
    private static readonly DateTimeOffset Published = new(2024, 10, 21, 0, 0, 0, TimeSpan.Zero);

    public static JsonObject Of(string locale, TranscriptionApi api) => new()
    {
        ["self"] = $"{api.Root}/models/base/{Id}{api.Query}",
        ["links"] = new JsonObject { ["manifest"] = $"{api.Root}/models/base/{Id}/manifest{api.Query}" },
        ["properties"] = new JsonObject
        {
            ["deprecationDates"] = new JsonObject(),
            ["features"] = new JsonObject { ["supportsTranscriptions"] = true, ["supportsEndpoints"] = false, ["supportsAdaptationsWith"] = new JsonArray(), ["supportedOutputFormats"] = new JsonArray("Display", "Lexical") },
        },
        ["lastActionDateTime"] = TranscriptionApi.Moment(Published),
        ["status"] = "Succeeded",
        ["createdDateTime"] = TranscriptionApi.Moment(Published),
        ["locale"] = locale,
        ["displayName"] = EmbeddedEngines.HearingName,
        ["description"] = "Moonshine tiny, the recognizer that is embedded here.",
    };
}
