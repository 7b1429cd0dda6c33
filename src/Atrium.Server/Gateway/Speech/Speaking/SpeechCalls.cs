using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Speaking;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Text to speech by REST, as published: <c>cognitiveservices/v1</c> and <c>cognitiveservices/voices/list</c>.</summary>
internal sealed class SpeechCalls(Speaker speaker, Metering metering)
{
    public static readonly GatewayOperation Synthesize = new("speech.synthesize", "cognitiveservices/v1", "Microsoft.CognitiveServices/accounts/SpeechServices/text-to-speech/synthesize/action", null);
    public static readonly GatewayOperation ListVoices = new("speech.voices", "cognitiveservices/voices/list", "Microsoft.CognitiveServices/accounts/SpeechServices/text-to-speech/synthesize/action", null);

    /// <summary>Named in usage.</summary>
    public const string ModelName = EmbeddedEngines.SpeakingName;

    private const string FormatHeader = "X-Microsoft-OutputFormat";

    public async Task SynthesizeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        call.ModelName = ModelName;
        var request = call.Http.Request;
        var format = speaker.FormatOf(request.Headers[FormatHeader].ToString(), FormatHeader);
        var script = await SsmlBody.ReadAsync(request, await speaker.CastAsync(cancellationToken), cancellationToken);
        await speaker.AnswerAsync(call, script, format, cancellationToken);
    }

    public async Task ListVoicesAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        call.ModelName = ModelName;
        var cast = await speaker.CastAsync(cancellationToken);
        var list = new JsonArray([.. cast.Voices.Select(voice => Describe(VoiceNames.DisplayName(voice), voice.Locale, voice.Gender, voice, null))]);
        foreach (var known in KnownVoices.All)
        {
            if (cast.For(known) is { } voice)
            {
                list.Add(Describe(known.Name + KnownVoice.Suffix, known.Locale, known.Gender, voice, VoiceNames.ShortName(voice)));
            }
        }

        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(list), cancellationToken);
    }

    /// <summary>A voice as published. One that another voice speaks for says so.</summary>
    private static JsonObject Describe(string name, string locale, VoiceGender gender, SpeechVoice voice, string? spokenBy)
    {
        var shown = name.EndsWith(KnownVoice.Suffix, StringComparison.Ordinal) ? name[..^KnownVoice.Suffix.Length] : name;
        return new()
        {
            ["Name"] = VoiceNames.LongName(locale, name),
            ["DisplayName"] = spokenBy is null ? shown : $"{shown} (spoken by {spokenBy})",
            ["LocalName"] = shown,
            ["ShortName"] = $"{locale}-{name}",
            ["Gender"] = gender.ToString(),
            ["Locale"] = locale,
            ["LocaleName"] = LocaleNames.Of(locale),
            ["SampleRateHertz"] = $"{voice.SampleRate}",
            ["VoiceType"] = "Standard",
            ["Status"] = "GA",
            ["ExtendedPropertyMap"] = new JsonObject { ["Engine"] = voice.Engine, ["SpokenBy"] = spokenBy ?? $"{locale}-{name}" },
            ["WordsPerMinute"] = "170",
        };
    }
}
