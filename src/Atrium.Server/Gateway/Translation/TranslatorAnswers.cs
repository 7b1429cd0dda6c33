using System.Text.Json.Nodes;
using Atrium.Inference.Language;

namespace Atrium.Server.Gateway.Translation;

/// <summary>The Translator's answers in the form of each api-version. Pure.</summary>
internal static class TranslatorAnswers
{
    public static JsonObject Item(TranslatorForm form, TranslationRequest request, int at, FoundLanguage? found, string[] texts)
    {
        var input = request.Inputs[at];
        var item = new JsonObject();
        if (found is { } language)
        {
            item["detectedLanguage"] = Language(language);
        }

        item["translations"] = new JsonArray([.. input.Targets.Zip(texts, (target, text) => form is TranslatorForm.List
            ? Listed(target, text, request.WantsSentences ? input.Text : null)
            : new JsonObject { ["language"] = target.Language, ["sourceCharacters"] = input.Text.Length, ["text"] = text })]);
        return item;
    }

    public static JsonObject Language(FoundLanguage found) => new() { ["language"] = found.Code, ["score"] = found.Score };

    /// <summary>Each sentence with the white space behind it, so that the lengths are those of the whole text.</summary>
    public static JsonArray SentenceLengths(string text)
    {
        var spans = SentenceSpans.Of(text);
        int[] ends = [.. spans.Skip(1).Select(span => span.Start), text.Length];
        return [.. ends.Select((end, at) => JsonValue.Create(end - (at == 0 ? 0 : ends[at - 1])))];
    }

    private static JsonObject Listed(TranslationTarget target, string text, string? source)
    {
        var item = new JsonObject { ["text"] = text, ["to"] = target.Language };
        if (source is not null)
        {
            item["sentLen"] = new JsonObject { ["srcSentLen"] = SentenceLengths(source), ["transSentLen"] = SentenceLengths(text) };
        }

        return item;
    }
}
