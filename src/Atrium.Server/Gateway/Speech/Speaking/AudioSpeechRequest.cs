using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>The body of <c>audio/speech</c>.</summary>
/// <param name="Script">What is said.</param>
/// <param name="Format">As what.</param>
/// <param name="Events">Whether the audio comes in events.</param>
internal sealed record AudioSpeechRequest(SpeechScript Script, AudioFormat Format, bool Events)
{
    /// <summary>As published.</summary>
    private const int LongestInput = 4096;
    private const double Slowest = 0.25, Fastest = 4;
    private const int Rate = 24_000;
    private const string DefaultFormat = "mp3";

    private static readonly string[] Members = ["input", "model", "voice", "instructions", "response_format", "speed", "stream_format"];

    private static readonly AudioFormat[] Formats =
    [
        new("mp3", Rate, AudioCodec.Mp3, AudioContainer.None, 64_000, "audio/mpeg"),
        new("opus", Rate, AudioCodec.Opus, AudioContainer.Ogg, 32_000, "audio/ogg"),
        new("aac", Rate, AudioCodec.Aac, AudioContainer.None, 64_000, "audio/aac"),
        new("flac", Rate, AudioCodec.Flac, AudioContainer.None, 0, "audio/flac"),
        new("wav", Rate, AudioCodec.Pcm, AudioContainer.Riff, 0, "audio/wav"),
        new("pcm", Rate, AudioCodec.Pcm, AudioContainer.None, 0, "audio/pcm"),
    ];

    /// <exception cref="ApiException">400 with every mistake; 501 for a format that nothing here makes.</exception>
    public static AudioSpeechRequest Read(JsonElement body, VoiceCast cast, Func<AudioCodec, bool> canMake)
    {
        var problems = new List<Problem>();
        var input = body.Text("input", problems);
        if (string.IsNullOrWhiteSpace(input) && problems.Count == 0)
        {
            problems.Add(new("input", "'input' is required: the text to speak.", ProblemCodes.Required));
        }
        else if (input?.Length > LongestInput)
        {
            problems.Add(new("input", $"'input' may have {LongestInput} characters; found {input.Length}."));
        }

        var speed = body.Number("speed", Slowest, Fastest, problems) ?? 1;
        var voice = ReadVoice(body, cast, problems);
        var wanted = body.Text("response_format", problems) ?? DefaultFormat;
        var format = Array.Find(Formats, known => known.Name == wanted);
        if (format is null)
        {
            problems.Add(new("response_format", $"'response_format' must be one of {string.Join(", ", Formats.Select(known => known.Name))}; found '{wanted}'."));
        }

        var stream = body.Text("stream_format", problems) ?? "audio";
        if (stream is not ("audio" or "sse"))
        {
            problems.Add(new("stream_format", $"'stream_format' must be audio or sse; found '{stream}'."));
        }

        if (body.Text("instructions", problems) is { Length: > 0 })
        {
            problems.Add(new("instructions", "No embedded voice follows 'instructions'. Leave them out, or speak through a deployment with a connection."));
        }

        UnknownMembers.Refuse(body, Members, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        return canMake(format!.Codec)
            ? new(SpeechScript.OfText(input!, new(voice!) { Rate = Math.Clamp(speed, SpeechStyle.Slowest, SpeechStyle.Fastest) }), format, stream == "sse")
            : throw ApiException.NoModel(
                $"'response_format' {wanted} cannot be made here{Speaker.Remedy(format.Codec)}. Formats that can: {string.Join(", ", Formats.Where(known => canMake(known.Codec)).Select(known => known.Name))}.");
    }

    /// <summary>A name, or an object with one as its <c>id</c>.</summary>
    private static SpeechVoice? ReadVoice(JsonElement body, VoiceCast cast, List<Problem> problems)
    {
        if (body.TryGetProperty("voice", out var voice) && voice.ValueKind is JsonValueKind.Object && voice.TryGetProperty("id", out var id))
        {
            voice = id;
        }

        if (voice.ValueKind is not JsonValueKind.String)
        {
            problems.Add(new("voice", $"'voice' is required: one of {string.Join(", ", VoiceCast.OpenAiNames)}, or a voice of this hub.", ProblemCodes.Required));
            return null;
        }

        var found = cast.ForOpenAi(voice.GetString()!);
        if (found is null)
        {
            problems.Add(new("voice", $"There is no voice '{voice.GetString()}'. Voices: {string.Join(", ", VoiceCast.OpenAiNames)}; {cast.Offer}"));
        }

        return found;
    }
}
