using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>
/// Speech to text for short audio (Azure Speech, <c>/speech/recognition/{mode}/cognitiveservices/v1</c>): audio in the body, as it comes, and one answer at its end.
/// </summary>
internal sealed class ShortAudio(Listener listener, EmbeddedEngines engines, SpeechUpstream upstream, ForeignEars ears, Metering metering)
{
    public static readonly GatewayOperation Operation = new("speech.recognition", "recognition", "Microsoft.CognitiveServices/accounts/SpeechServices/speechrest/recognition/read", null);
    public static readonly string[] Modes = ["conversation", "interactive", "dictation"];

    /// <summary>As published.</summary>
    private static readonly AudioRules Rules = new() { MaxDuration = TimeSpan.FromSeconds(60) };

    public async Task RecognizeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (await upstream.TryAnswerAsync(call, Operation, cancellationToken))
        {
            return;
        }

        var request = ShortAudioRequest.Read(call.Http.Request);
        var writer = Listener.Understands(request.Language) ? null
            : await ears.FindAsync(call, [request.Language], isContinuous: false, request.WantsWords, expected: null, cancellationToken) ?? throw Listener.NoModel(request.Language, $"{SpeechUpstream.HowTo(Operation)}. {ears.HowTo}.");

        var (heard, phrases, isSpeech) = (new HeardSamples(call), new List<SpeechPhrase>(), false);
        var settings = new SpeechSettings { Lane = call.Owner.Id.Key, Words = request.WantsWords, Writer = writer };
        await foreach (var told in listener.ListenAsync(call, MediaSource.Of(call.Http.Request.Body), Rules, settings, heard, cancellationToken))
        {
            isSpeech = true;
            if (told is SpeechRecognized { Phrase: { Text.Length: > 0 } phrase })
            {
                phrases.Add(phrase);
            }
        }

        using var profanity = await engines.ProfanityAsync(cancellationToken);
        var answer = phrases.Count > 0 ? Success(phrases, request, profanity.Model) : new JsonObject
        {
            ["RecognitionStatus"] = isSpeech ? "NoMatch" : "InitialSilenceTimeout",
            ["Offset"] = heard.Duration.Ticks,
            ["Duration"] = 0,
        };
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    private static JsonObject Success(List<SpeechPhrase> phrases, ShortAudioRequest request, ProfanityFilter profanity)
    {
        var display = profanity.Apply(string.Join(' ', phrases.Select(p => p.Text)), request.Profanity);
        var answer = new JsonObject
        {
            ["RecognitionStatus"] = "Success",
            ["Offset"] = phrases[0].Offset.Ticks,
            ["Duration"] = (phrases[^1].Offset + phrases[^1].Duration - phrases[0].Offset).Ticks,
            ["DisplayText"] = display,
        };
        if (request.IsDetailed)
        {
            var spoken = SpokenText.Lexical(string.Join(' ', phrases.Select(p => p.Text)));
            var best = new JsonObject
            {
                ["Confidence"] = Math.Round(phrases.Average(p => p.Confidence), 7),
                ["Lexical"] = spoken,
                ["ITN"] = spoken,
                ["MaskedITN"] = profanity.Apply(spoken, request.Profanity),
                ["Display"] = display,
            };
            if (request.WantsWords)
            {
                best["Words"] = new JsonArray([.. phrases.SelectMany(p => p.Words).Select(word => new JsonObject
                {
                    ["Word"] = SpokenText.Lexical(word.Text),
                    ["Offset"] = word.Offset.Ticks,
                    ["Duration"] = word.Duration.Ticks,
                })]);
            }

            answer["NBest"] = new JsonArray(best);
        }

        return answer;
    }
}

/// <summary>What is asked of a short audio, read from path and query.</summary>
internal sealed record ShortAudioRequest(string Language, bool IsDetailed, bool WantsWords, ProfanityMode Profanity)
{
    /// <exception cref="ApiException">400 with every mistake, 404 for a mode that is none.</exception>
    public static ShortAudioRequest Read(HttpRequest request)
    {
        if (request.RouteValues["mode"] is not string mode || !ShortAudio.Modes.Contains(mode, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.NotFound("NotFound", $"There is no recognition mode '{request.RouteValues["mode"]}'. Modes: {string.Join(", ", ShortAudio.Modes)}.");
        }

        var query = request.Query;
        if (!string.IsNullOrEmpty(query["cid"]))
        {
            throw ApiException.NotBuilt("Recognition by a custom model (cid)");
        }

        if (request.Headers.ContainsKey(Pronunciation.Header))
        {
            throw ApiException.NoModel($"{Pronunciation.NoModel} {SpeechUpstream.HowTo(ShortAudio.Operation)}.");
        }

        var problems = new List<Problem>();
        var language = query["language"].FirstOrDefault() ?? "";
        if (!SpeechLocales.IsLocale(language))
        {
            problems.Add(new("language", $"'language' is required: a locale such as en-US; found '{language}'.", ProblemCodes.Required));
        }

        var format = query["format"].FirstOrDefault() is { Length: > 0 } named ? named : "simple";
        if (!format.Equals("simple", StringComparison.OrdinalIgnoreCase) && !format.Equals("detailed", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("format", $"'format' must be simple or detailed; found '{format}'."));
        }

        var profanity = query["profanity"].FirstOrDefault() is { Length: > 0 } wanted ? wanted : "masked";
        if (!Enum.TryParse<ProfanityMode>(profanity, ignoreCase: true, out var filter) || filter is ProfanityMode.Tagged || int.TryParse(profanity, out _))
        {
            problems.Add(new("profanity", $"'profanity' must be masked, removed or raw; found '{profanity}'."));
        }

        return problems.Count > 0 ? throw ApiException.Invalid(problems)
            : new(language, format.Equals("detailed", StringComparison.OrdinalIgnoreCase), query["wordLevelTimestamps"].FirstOrDefault()?.Equals("true", StringComparison.OrdinalIgnoreCase) is true, filter);
    }
}
