using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>How phrases of a transcription are written into its result.</summary>
internal sealed record ResultStyle(bool Words, bool DisplayWords, ProfanityMode Profanity, bool Punctuation)
{
    public bool WantsWords => Words || DisplayWords;

    public static ResultStyle Of(JsonObject properties) => new(
        (bool)properties["wordLevelTimestampsEnabled"]!,
        (bool)properties["displayFormWordLevelTimestampsEnabled"]!,
        ProfanityModes.Read((string?)properties["profanityFilterMode"], "", []) is ProfanityMode.Masked ? ProfanityMode.MaskedBehindFirst : ProfanityModes.Read((string?)properties["profanityFilterMode"], "", []),
        (string?)properties["punctuationMode"] is "Automatic" or "DictatedAndAutomatic");
}

/// <summary>Writes the result of one audio file. Lengths of time are there in all the ways that the versions of the API write them. Pure.</summary>
internal static class TranscriptionResult
{
    /// <param name="source">Where the audio came from, as the caller wrote it.</param>
    /// <param name="channels">What was said in each.</param>
    /// <param name="style">What is wanted.</param>
    /// <param name="profanity">The word list.</param>
    /// <param name="now">When it was written.</param>
    public static JsonObject Write(string source, IReadOnlyList<(int Channel, Transcript Transcript)> channels, ResultStyle style, ProfanityFilter profanity, DateTimeOffset now)
    {
        var duration = channels.Max(c => c.Transcript.Duration);
        return new()
        {
            ["source"] = source,
            ["timestamp"] = TranscriptionApi.Moment(now),
            ["durationInTicks"] = duration.Ticks,
            ["durationMilliseconds"] = (long)duration.TotalMilliseconds,
            ["duration"] = TranscriptionApi.Iso(duration),
            ["combinedRecognizedPhrases"] = new JsonArray([.. channels.Where(c => c.Transcript.Phrases.Count > 0).Select(c => Forms(c.Transcript.Text, style, profanity, new() { ["channel"] = c.Channel }))]),
            ["recognizedPhrases"] = new JsonArray([.. channels.SelectMany(c => c.Transcript.Phrases.Concat(c.Transcript.Unheard).Select(phrase => (c.Channel, Phrase: phrase))).OrderBy(p => p.Phrase.Offset).Select(p => Phrase(p.Channel, p.Phrase, style, profanity))]),
        };
    }

    private static JsonObject Phrase(int channel, SpeechPhrase phrase, ResultStyle style, ProfanityFilter profanity)
    {
        var isHeard = !SpokenCandidates.IsUnheard(phrase);
        var best = Forms(phrase.Text, style, profanity, new() { ["confidence"] = Math.Round(phrase.Confidence, 7) });
        if (style.Words)
        {
            best["words"] = Words(phrase, word => ("word", SpokenText.Lexical(word.Text)));
        }

        if (style.DisplayWords)
        {
            best["displayWords"] = Words(phrase, word => ("displayText", profanity.Apply(style.Punctuation ? word.Text : SpokenText.WithoutPunctuation(word.Text), style.Profanity)));
        }

        var written = new JsonObject { ["recognitionStatus"] = isHeard ? "Success" : "Failure", ["channel"] = channel };
        if (phrase.Speaker is { } speaker)
        {
            written["speaker"] = speaker;
        }

        if (phrase.Locale is { } locale)
        {
            written["locale"] = locale;
        }

        Place(written, phrase.Offset, phrase.Duration);
        written["nBest"] = isHeard ? new JsonArray(best) : [];
        return written;
    }

    private static JsonArray Words(SpeechPhrase phrase, Func<SpeechWord, (string Name, string Text)> text) => [.. phrase.Words.Select(word =>
    {
        var (name, value) = text(word);
        var written = new JsonObject { [name] = value };
        Place(written, word.Offset, word.Duration);
        written["confidence"] = Math.Round(word.Confidence, 7);
        return written;
    })];

    private static JsonObject Forms(string text, ResultStyle style, ProfanityFilter profanity, JsonObject into)
    {
        var spoken = SpokenText.Lexical(text);
        into["lexical"] = spoken;
        into["itn"] = spoken;
        into["maskedITN"] = profanity.Apply(spoken, style.Profanity);
        into["display"] = profanity.Apply(style.Punctuation ? text : SpokenText.WithoutPunctuation(text), style.Profanity);
        return into;
    }

    private static void Place(JsonObject into, TimeSpan offset, TimeSpan duration)
    {
        into["offset"] = TranscriptionApi.Iso(offset);
        into["duration"] = TranscriptionApi.Iso(duration);
        into["offsetInTicks"] = (double)offset.Ticks;
        into["durationInTicks"] = (double)duration.Ticks;
        into["offsetMilliseconds"] = (long)offset.TotalMilliseconds;
        into["durationMilliseconds"] = (long)duration.TotalMilliseconds;
    }
}
