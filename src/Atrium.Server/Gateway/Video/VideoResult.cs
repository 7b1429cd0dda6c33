using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Video;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Video;

/// <summary>What came of a video, in the published form: content of kind <c>audioVisual</c>, whose fields hold the timeline. Pure.</summary>
internal static class VideoResult
{
    public static JsonObject Of(JsonObject view, VideoInfo video, IReadOnlyList<Shot> shots, IReadOnlyList<SpeechPhrase> phrases, ApiException? warning)
    {
        var ends = shots.Skip(1).Select(shot => shot.Start).Append(video.Duration).ToList();
        return new()
        {
            ["analyzerId"] = (string?)view["analyzerId"],
            ["apiVersion"] = (string?)view["apiVersion"],
            ["createdAt"] = view["createdAt"]!.DeepClone(),
            ["warnings"] = warning is null ? [] : new JsonArray(new JsonObject { ["code"] = warning.Code, ["message"] = $"The sound was not analyzed. {warning.Message}" }),
            ["contents"] = new JsonArray(new JsonObject
            {
                ["path"] = (string?)view["inputName"] ?? "input1",
                ["kind"] = "audioVisual",
                ["markdown"] = Markdown(video, shots, ends, phrases),
                ["fields"] = new JsonObject { ["Timeline"] = List(shots.Zip(ends, (shot, end) => Field("object", new JsonObject(Row(shot, end))))) },
                ["startTimeMs"] = 0,
                ["endTimeMs"] = Milliseconds(video.Duration),
                ["width"] = video.Width,
                ["height"] = video.Height,
                ["cameraShotTimesMs"] = Times(shots.Skip(1)),
                ["keyFrameTimesMs"] = Times(shots),
                ["transcriptPhrases"] = new JsonArray([.. phrases.Select(Phrase)]),
            }),
        };
    }

    /// <summary>A stretch of the timeline, each value as a field of its type.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Row(Shot shot, TimeSpan end) =>
    [
        new("StartTimeMs", Field("integer", Milliseconds(shot.Start))),
        new("EndTimeMs", Field("integer", Milliseconds(end))),
        new("Tags", List(shot.Things.GroupBy(thing => thing.Name).Select(kind => Text(kind.Key, kind.Max(thing => thing.Confidence))))),
        new("Objects", List(shot.Things.Select(thing => Field("object", new JsonObject
        {
            ["Name"] = Text(thing.Name, thing.Confidence),
            ["X"] = Field("integer", thing.X),
            ["Y"] = Field("integer", thing.Y),
            ["Width"] = Field("integer", thing.Width),
            ["Height"] = Field("integer", thing.Height),
        })))),
        new("People", Field("integer", shot.People)),
        new("Text", List(shot.Text.Select(line => Field("string", line)))),
        new("Caption", Field("string", shot.Caption)),
    ];

    private static JsonObject Phrase(SpeechPhrase phrase) => new()
    {
        ["startTimeMs"] = Milliseconds(phrase.Offset),
        ["endTimeMs"] = Milliseconds(phrase.Offset + phrase.Duration),
        ["text"] = phrase.Text,
        ["confidence"] = Math.Round(phrase.Confidence, 3),
        ["locale"] = "en-US",
        ["words"] = new JsonArray([.. phrase.Words.Select(word => new JsonObject { ["startTimeMs"] = Milliseconds(word.Offset), ["endTimeMs"] = Milliseconds(word.Offset + word.Duration), ["text"] = word.Text })]),
    };

    private static string Markdown(VideoInfo video, IReadOnlyList<Shot> shots, IReadOnlyList<TimeSpan> ends, IReadOnlyList<SpeechPhrase> phrases)
    {
        var text = new StringBuilder($"# Video: {Clock(TimeSpan.Zero)} => {Clock(video.Duration)}\nWidth: {video.Width}\nHeight: {video.Height}\n");
        foreach (var (shot, end) in shots.Zip(ends))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Clock(shot.Start)} => {Clock(end)}\n{shot.Caption}\n");
            foreach (var line in shot.Text)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
            }
        }

        text.Append("\nTranscript\n```\nWEBVTT\n");
        foreach (var phrase in phrases)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Clock(phrase.Offset)} --> {Clock(phrase.Offset + phrase.Duration)}\n{phrase.Text}\n");
        }

        return text.Append("```\n").ToString();
    }

    private static JsonObject Field<T>(string type, T value) => new() { ["type"] = type, [$"value{char.ToUpperInvariant(type[0])}{type[1..]}"] = value as JsonNode ?? JsonValue.Create(value) };

    private static JsonObject Text(string value, float confidence)
    {
        var field = Field("string", value);
        field["confidence"] = Math.Round(confidence, 3);
        return field;
    }

    private static JsonObject List(IEnumerable<JsonObject> items) => new() { ["type"] = "array", ["valueArray"] = new JsonArray([.. items]) };

    private static JsonArray Times(IEnumerable<Shot> shots) => [.. shots.Select(shot => JsonValue.Create(Milliseconds(shot.Start)))];

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static string Clock(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"hh\:mm\:ss\.fff" : @"mm\:ss\.fff", CultureInfo.InvariantCulture);
}
