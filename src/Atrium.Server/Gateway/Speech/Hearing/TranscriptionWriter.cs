using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>A transcript in the formats of the OpenAI API. Pure.</summary>
internal static class TranscriptionWriter
{
    /// <summary>The format that tells who says what.</summary>
    public const string Diarized = "diarized_json";

    /// <summary>Ten milliseconds, the unit of <c>seek</c>.</summary>
    private const int SeekPerSecond = 100;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly FrozenDictionary<string, Func<Transcript, string, TranscriptionRequest, string>> Writers = new Dictionary<string, Func<Transcript, string, TranscriptionRequest, string>>
    {
        ["json"] = (transcript, _, _) => Json(transcript).ToJsonString(Plain),
        ["text"] = (transcript, _, _) => transcript.Text + "\n",
        ["srt"] = (transcript, _, _) => Srt(transcript),
        ["verbose_json"] = (transcript, task, request) => Verbose(transcript, task, request).ToJsonString(Plain),
        ["vtt"] = (transcript, _, _) => Vtt(transcript),
        [Diarized] = (transcript, task, _) => WithSpeakers(transcript, task).ToJsonString(Plain),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Formats { get; } = ["json", "text", "srt", "verbose_json", "vtt", Diarized];

    public static string ContentType(string format) => format.EndsWith("json", StringComparison.Ordinal) ? Metering.Json : "text/plain; charset=utf-8";

    /// <param name="transcript">What was said.</param>
    /// <param name="task">Transcribe or translate.</param>
    /// <param name="request">What is wanted of it.</param>
    public static byte[] Write(Transcript transcript, string task, TranscriptionRequest request) => Encoding.UTF8.GetBytes(Writers[request.Format](transcript, task, request));

    /// <summary>How much audio it was, as the API tells it.</summary>
    public static JsonObject Usage(TimeSpan duration) => new() { ["type"] = "duration", ["seconds"] = (long)Math.Ceiling(duration.TotalSeconds) };

    /// <summary>What one says, and who: A, B and so on, in the order in which they are first heard.</summary>
    public static IEnumerable<JsonObject> Turns(Transcript transcript) => transcript.Phrases.Select((phrase, i) => new JsonObject
    {
        ["type"] = "transcript.text.segment",
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"seg_{i}"),
        ["start"] = Seconds(phrase.Offset),
        ["end"] = Seconds(phrase.Offset + phrase.Duration),
        ["text"] = phrase.Text,
        ["speaker"] = Letters(phrase.Speaker ?? 1),
    });

    private static JsonObject WithSpeakers(Transcript transcript, string task) => new()
    {
        ["task"] = task,
        ["duration"] = Seconds(transcript.Duration),
        ["text"] = transcript.Text,
        ["segments"] = new JsonArray([.. Turns(transcript)]),
        ["usage"] = Usage(transcript.Duration),
    };

    /// <summary>A to Z, then AA and so on.</summary>
    private static string Letters(int number) => number <= 26 ? $"{(char)('A' + number - 1)}" : Letters((number - 1) / 26) + Letters(((number - 1) % 26) + 1);

    private static JsonObject Json(Transcript transcript) => new() { ["text"] = transcript.Text, ["usage"] = Usage(transcript.Duration) };

    private static JsonObject Verbose(Transcript transcript, string task, TranscriptionRequest request)
    {
        var answer = new JsonObject
        {
            ["task"] = task,
            ["language"] = "english",
            ["duration"] = Seconds(transcript.Duration),
            ["text"] = transcript.Text,
        };
        if (request.WantsWords)
        {
            answer["words"] = new JsonArray([.. transcript.Phrases.SelectMany(phrase => phrase.Words).Select(word => new JsonObject
            {
                ["word"] = Bare(word.Text),
                ["start"] = Seconds(word.Offset),
                ["end"] = Seconds(word.Offset + word.Duration),
            })]);
        }

        if (request.WantsSegments)
        {
            answer["segments"] = new JsonArray([.. transcript.Phrases.Select((phrase, i) => Segment(phrase, i))]);
        }

        answer["usage"] = Usage(transcript.Duration);
        return answer;
    }

    private static JsonObject Segment(SpeechPhrase phrase, int number) => new()
    {
        ["id"] = number,
        ["seek"] = (int)(phrase.Offset.TotalSeconds * SeekPerSecond),
        ["start"] = Seconds(phrase.Offset),
        ["end"] = Seconds(phrase.Offset + phrase.Duration),
        ["text"] = phrase.Text,
        ["tokens"] = new JsonArray([.. phrase.Tokens]),
        ["temperature"] = 0.0,
        ["avg_logprob"] = Math.Round(Math.Log(Math.Max(phrase.Confidence, 1e-9)), 6),
        ["compression_ratio"] = Math.Round(CompressionRatio(phrase.Text), 6),
        ["no_speech_prob"] = Math.Round(1 - phrase.Voice, 6),
    };

    private static string Srt(Transcript transcript)
    {
        var text = new StringBuilder();
        for (var i = 0; i < transcript.Phrases.Count; i++)
        {
            var phrase = transcript.Phrases[i];
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}\n{Clock(phrase.Offset, ',')} --> {Clock(phrase.Offset + phrase.Duration, ',')}\n{phrase.Text}\n\n");
        }

        return text.ToString();
    }

    private static string Vtt(Transcript transcript)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var phrase in transcript.Phrases)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Clock(phrase.Offset, '.')} --> {Clock(phrase.Offset + phrase.Duration, '.')}\n{phrase.Text}\n\n");
        }

        return text.ToString();
    }

    private static string Clock(TimeSpan time, char point) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{point}{time.Milliseconds:000}");

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>Without the punctuation round it.</summary>
    private static string Bare(string word) => word.Trim('.', ',', '?', '!', ';', ':', '"') is { Length: > 0 } bare ? bare : word;

    /// <summary>A text that says the same again and again has a high one.</summary>
    private static double CompressionRatio(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return (double)bytes.Length / packed.Length;
    }
}
