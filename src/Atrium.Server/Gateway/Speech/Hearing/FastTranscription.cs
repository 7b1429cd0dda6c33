using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Speech.Hearing.Batch;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Fast transcription (Azure Speech, <c>/speechtotext/transcriptions:transcribe</c>, 2024-11-15): a form with <c>audio</c> (or a definition that tells where it is) and <c>definition</c>, answered when all is heard.</summary>
internal sealed class FastTranscription(AudioInbox inbox, TranscriptionInputs inputs, Listener listener, ConversationListener conversations, EmbeddedEngines engines, SpeechUpstream upstream, ForeignEars ears, Metering metering)
{
    public static readonly GatewayOperation Operation = new(
        "transcriptions:transcribe", "transcriptions:transcribe", "Microsoft.CognitiveServices/accounts/SpeechServices/speechtotext/transcriptions/write", null);

    /// <summary>As published.</summary>
    private const long MostBytes = 300L * 1024 * 1024;
    private const int LongestValue = 64 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    public async Task TranscribeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var place = inbox.NewPlace();
        var form = await UploadForm.ReadAsync(call.Http.Request, "'audio' and 'definition'", ["audio"], place.Path, MostBytes, LongestValue, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Operation, () => Content(form, place.Path), cancellationToken))
        {
            return;
        }

        var definition = FastDefinition.Read(form["definition"]);
        if ((form.FileName is null) == (definition.AudioUrl is null))
        {
            throw form.FileName is null
                ? ApiException.Invalid("audio", "'audio' is required: a part of the form with a file name, or 'audioUrl' in the definition.", ProblemCodes.Required)
                : ApiException.Invalid("definition.audioUrl", "Send 'audio' or 'audioUrl', not both.");
        }

        var isEnglish = definition.Locales.Count > 0 && definition.Locales.All(Listener.Understands);
        var writer = isEnglish ? null : await ears.FindAsync(call, definition.Locales, isContinuous: true, wantsWords: true, definition.Phrases, cancellationToken);
        var candidates = writer is not null ? null : SpokenCandidates.Of(definition.Locales) ?? throw NoModel(definition.Locales);
        if (definition.AudioUrl is { } url)
        {
            await FetchAsync(call, url, place.Path, cancellationToken);
        }

        var locale = candidates?.English ?? (definition.Locales is [var first, ..] ? first : null);
        var rules = new AudioRules { MaxDuration = Longest };
        var settings = new SpeechSettings { Lane = call.Owner.Id.Key, Words = true, Writer = writer, Question = candidates?.Question(isContinuous: true) ?? LanguageQuestion.None, Expected = definition.Phrases };
        var (phrases, duration) = (new List<(int? Channel, SpeechPhrase Phrase)>(), TimeSpan.Zero);
        foreach (var channel in definition.Channels.Select(c => (int?)c).DefaultIfEmpty(null))
        {
            var transcript = definition.Speakers is { } speakers
                ? await conversations.HearAsync(call, MediaSource.Of(place.Path), rules with { Channel = channel }, speakers, settings, cancellationToken)
                : await listener.HearAsync(call, MediaSource.Of(place.Path), rules with { Channel = channel }, settings, new(call), cancellationToken);
            duration = transcript.Duration;
            phrases.AddRange(transcript.Phrases.Concat(transcript.Unheard).Select(phrase => (channel, candidates?.Name(phrase) ?? phrase)));
        }

        if (phrases.Count > 0 && phrases.TrueForAll(told => SpokenCandidates.IsUnheard(told.Phrase)))
        {
            throw ApiException.NoModel(candidates!.Unheard($"{ears.HowTo}."));
        }

        using var profanity = await engines.ProfanityAsync(cancellationToken);
        var answer = Write(phrases, duration, locale, definition, profanity.Model);
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    private async Task FetchAsync(GatewayCall call, string url, string path, CancellationToken cancellationToken)
    {
        try
        {
            await inputs.FetchAsync(call.Owner, url, path, MostBytes, cancellationToken);
        }
        catch (FetchRefusedException refused)
        {
            throw ApiException.Invalid("definition.audioUrl", $"The audio cannot be had. {refused.Message}");
        }
    }

    private ApiException NoModel(IReadOnlyList<string> locales) => locales is [var only]
        ? Listener.NoModel(only, $"{ears.HowTo}.")
        : ApiException.NoModel($"No embedded model tells by ear which of {string.Join(", ", locales)} is spoken. {ears.HowTo}.");

    private static JsonObject Write(List<(int? Channel, SpeechPhrase Phrase)> phrases, TimeSpan duration, string? locale, FastDefinition definition, ProfanityFilter profanity)
    {
        var combined = definition.Channels.Select(c => (int?)c).DefaultIfEmpty(null).Select(channel => (Channel: channel, Text: string.Join(' ', phrases.Where(p => p.Channel == channel && p.Phrase.Text.Length > 0).Select(p => p.Phrase.Text))));
        return new()
        {
            ["durationMilliseconds"] = (long)duration.TotalMilliseconds,
            ["combinedPhrases"] = new JsonArray([.. combined.Where(c => c.Text.Length > 0).Select(c => On(c.Channel, new() { ["text"] = profanity.Apply(c.Text, definition.Profanity) }))]),
            ["phrases"] = new JsonArray([.. phrases.OrderBy(p => p.Phrase.Offset).Select(p => On(p.Channel, Phrase(p.Phrase, locale, definition.Profanity, profanity)))]),
        };
    }

    /// <summary>One that nobody heard has no text, and its locale only where that is told.</summary>
    private static JsonObject Phrase(SpeechPhrase phrase, string? locale, ProfanityMode mode, ProfanityFilter profanity)
    {
        var written = Text(phrase, mode, profanity);
        if (phrase.Speaker is { } speaker)
        {
            written.Insert(0, "speaker", speaker);
        }

        if ((phrase.Locale ?? (SpokenCandidates.IsUnheard(phrase) ? null : locale)) is { } told)
        {
            written["locale"] = told;
        }

        written["confidence"] = Math.Round(phrase.Confidence, 7);
        return written;
    }

    private static JsonObject Text(SpeechPhrase phrase, ProfanityMode mode, ProfanityFilter profanity) => new()
    {
        ["offsetMilliseconds"] = (long)phrase.Offset.TotalMilliseconds,
        ["durationMilliseconds"] = (long)phrase.Duration.TotalMilliseconds,
        ["text"] = profanity.Apply(phrase.Text, mode),
        ["words"] = new JsonArray([.. phrase.Words.Select(word => new JsonObject
        {
            ["text"] = profanity.Apply(word.Text, mode),
            ["offsetMilliseconds"] = (long)word.Offset.TotalMilliseconds,
            ["durationMilliseconds"] = (long)word.Duration.TotalMilliseconds,
        })]),
    };

    private static JsonObject On(int? channel, JsonObject item)
    {
        if (channel is { } number)
        {
            item.Insert(0, "channel", number);
        }

        return item;
    }

    private static MultipartFormDataContent Content(UploadForm form, string file)
    {
        var content = new MultipartFormDataContent();
        if (form.FileName is { } name)
        {
            content.Add(new StreamContent(File.OpenRead(file)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "audio", name);
        }

        foreach (var value in form.Values["definition"])
        {
            content.Add(new StringContent(value), "definition");
        }

        return content;
    }
}
