using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Language;
using Atrium.Inference.Translation;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Translation;

/// <summary>The Translator API: <c>translate</c>, <c>detect</c>, <c>breaksentence</c>, in api-version 3.0 and those with a date.</summary>
internal sealed class TranslatorCalls(ITextTranslator translator, TranslatorUpstream upstream, ApertiumTranslator apertium, EmbeddedEngines engines, Metering metering)
{
    public static readonly GatewayOperation Translate = Operation("translate");
    public static readonly GatewayOperation Detect = Operation("detect");
    public static readonly GatewayOperation BreakSentence = Operation("breaksentence");

    /// <summary>Not sure enough to be believed where the caller has a suggestion.</summary>
    private const double Doubtful = 0.5;

    public async Task TranslateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var form = TranslatorVersion.Of(call.Http.Request);
        using var body = await BodyReader.ReadAnyAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Translate, body.RootElement, cancellationToken))
        {
            return;
        }

        var request = form is TranslatorForm.List ? ListRequest.Read(call.Http.Request.Query, body.RootElement) : InputsRequest.Read(call.Http.Request.Query, body.RootElement);
        var found = await DetectAsync(request, cancellationToken);
        var translations = await TranslateAsync(call, request, found, cancellationToken);
        var masked = await MaskedAsync(request, translations, cancellationToken);
        var items = request.Inputs.Select((input, at) => TranslatorAnswers.Item(form, request, at, found[at], masked[at]));
        await AnswerAsync(call, form is TranslatorForm.List ? new JsonArray([.. items]) : new JsonObject { ["value"] = new JsonArray([.. items]) }, cancellationToken);
    }

    public async Task DetectAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        TranslatorProblems.DemandQuery(call.Http.Request.Query);
        var texts = await ReadTextsAsync(call, TranslatorLimits.Detect, [], cancellationToken);
        call.ModelName = LanguageDetector.Name;
        using var models = await engines.TextsAsync(cancellationToken);
        var detector = models.Model.Languages;
        var served = apertium.Languages;
        await AnswerAsync(call, new JsonArray([.. texts.Select(text => TextLanguages.Of(text, detector)).Select(found => new JsonObject
        {
            ["language"] = found.Code,
            ["score"] = found.Score,
            ["isTranslationSupported"] = served.Contains(found.Code),
            ["isTransliterationSupported"] = false,
        })]), cancellationToken);
    }

    public async Task BreakSentenceAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        TranslatorProblems.DemandQuery(call.Http.Request.Query, "language", "script");
        var problems = new List<Problem>();

        // Sentences end alike in every script.
        if (call.Http.Request.Query["script"].ToString() is { Length: > 0 } script && !(script.Length == 4 && script.All(char.IsAsciiLetter)))
        {
            problems.Add(new("script", $"'script' must be the code of a script, such as Latn; found '{script}'.", "400003"));
        }

        var language = ListRequest.ReadLanguage(call.Http.Request.Query, "language", "400003", problems);
        var texts = await ReadTextsAsync(call, TranslatorLimits.BreakSentence, problems, cancellationToken);
        call.ModelName = LanguageDetector.Name;
        using var models = language is null ? await engines.TextsAsync(cancellationToken) : null;
        await AnswerAsync(call, new JsonArray([.. texts.Select(text =>
        {
            var item = new JsonObject();
            if (models is not null)
            {
                item["detectedLanguage"] = TranslatorAnswers.Language(TextLanguages.Of(text, models.Model.Languages));
            }

            item["sentLen"] = TranslatorAnswers.SentenceLengths(text);
            return item;
        })]), cancellationToken);
    }

    /// <summary>Of each text the language found; of one whose language is given, null.</summary>
    private async Task<FoundLanguage?[]> DetectAsync(TranslationRequest request, CancellationToken cancellationToken)
    {
        if (request.Inputs.All(input => input.From is not null))
        {
            return new FoundLanguage?[request.Inputs.Count];
        }

        using var models = await engines.TextsAsync(cancellationToken);
        var detector = models.Model.Languages;
        return [.. request.Inputs.Select(input =>
        {
            if (input.From is not null)
            {
                return (FoundLanguage?)null;
            }

            var found = TextLanguages.Of(input.Text, detector);
            return found.Score <= Doubtful && input.SuggestedFrom is { } suggested ? new(suggested, found.Score) : found;
        })];
    }

    /// <summary>For each input a translation for each of its targets. What goes the same way goes together.</summary>
    private async Task<string[][]> TranslateAsync(GatewayCall call, TranslationRequest request, FoundLanguage?[] found, CancellationToken cancellationToken)
    {
        var translated = request.Inputs.Select(input => new string[input.Targets.Count]).ToArray();
        var ways = from input in request.Inputs.Index()
                   from target in input.Item.Targets.Index()
                   group (Input: input.Index, Target: target.Index) by (From: input.Item.From ?? found[input.Index]!.Value.Code, input.Item.IsHtml, Target: target.Item);
        var models = new SortedSet<string>(StringComparer.Ordinal);
        var (tokensIn, tokensOut, characters) = (0L, 0L, 0L);
        foreach (var way in ways.ToList())
        {
            var places = way.ToList();
            var texts = places.ConvertAll(place => request.Inputs[place.Input].Text);
            var answer = await translator.TranslateAsync(call, new(way.Key.From, texts, way.Key.IsHtml, way.Key.Target), cancellationToken);
            foreach (var (place, text) in places.Zip(answer.Texts))
            {
                translated[place.Input][place.Target] = text;
            }

            models.Add(answer.Model);
            call.Deployment = answer.Deployment ?? call.Deployment;
            (tokensIn, tokensOut, characters) = (tokensIn + answer.TokensIn, tokensOut + answer.TokensOut, characters + texts.Sum(text => (long)text.Length));
        }

        call.ModelName = string.Join('+', models);

        // Where no language model counts tokens, characters are what is paid for, as published.
        (call.TokensIn, call.TokensOut) = tokensIn + tokensOut > 0 ? (tokensIn, tokensOut) : (characters, 0);
        call.Http.Response.Headers["X-Metered-Usage"] = characters.ToString(CultureInfo.InvariantCulture);
        call.Http.Response.Headers["X-MT-System"] = call.Deployment is null ? "Team" : "Custom";
        return translated;
    }

    private async Task<string[][]> MaskedAsync(TranslationRequest request, string[][] translations, CancellationToken cancellationToken)
    {
        if (request.Inputs.All(input => input.Targets.All(target => target.Profanity is ProfanityAction.NoAction)))
        {
            return translations;
        }

        using var words = await engines.ProfaneWordsAsync(cancellationToken);
        return [.. request.Inputs.Zip(translations, (input, texts) => (string[])[.. input.Targets.Zip(texts, (target, text) =>
            target.Profanity is ProfanityAction.NoAction ? text
            : ProfaneWords.Languages.Contains(target.Code) ? ProfanityRules.Apply(text, words.Model.Find(text, target.Code), target)
            : throw ApiException.NoModel($"There is no list of profane words for '{target.Code}'; there are lists for {string.Join(", ", ProfaneWords.Languages)}. Leave profanityAction away, or: {TranslatorUpstream.HowTo(Translate)}."))])];
    }

    private static async Task<List<string>> ReadTextsAsync(GatewayCall call, TranslatorLimits limits, List<Problem> problems, CancellationToken cancellationToken)
    {
        _ = TranslatorVersion.Of(call.Http.Request);
        using var body = await BodyReader.ReadAnyAsync(call.Http.Request, cancellationToken);
        var texts = ListRequest.ReadTexts(body.RootElement, limits, problems);
        TranslatorProblems.Demand(problems);
        call.TokensIn = texts.Sum(text => text.Length);
        return texts;
    }

    private Task AnswerAsync(GatewayCall call, JsonNode answer, CancellationToken cancellationToken)
    {
        return metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    public static GatewayOperation Operation(string name) => new(name, name, "Microsoft.CognitiveServices/accounts/TextTranslation/translate/action", null);
}
