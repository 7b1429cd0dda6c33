using Atrium.Inference;
using Atrium.Inference.Translation;
using Atrium.Server.Gateway.Translation;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>
/// Translates what a turn hears, by the engines of the Translator. Each translation of a phrase is a call of its own: its row counts what the engine took, beside the
/// turn's, which counts the seconds that were heard.
/// </summary>
internal sealed class PhraseTranslator(ITextTranslator translator, TurnCalls calls)
{
    private const int MostTargets = 20;

    /// <summary>The languages that are wanted, and who translates into each.</summary>
    /// <param name="call">For whom.</param>
    /// <param name="spoken">Locales, of which one at least can be translated into each.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SocketRefusal">One is no language, or nothing here translates into it.</exception>
    public async Task<IReadOnlyList<PhraseTarget>> TargetsAsync(GatewayCall call, IReadOnlyList<string> spoken, RecognitionSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Targets.Count > MostTargets)
        {
            throw SocketRefusal.BadRequest($"A translation may have {MostTargets} target languages; found {settings.Targets.Count}.");
        }

        if (settings.Targets.Where(name => TranslationLanguages.Find(name) is null).ToList() is { Count: > 0 } unknown)
        {
            throw SocketRefusal.BadRequest($"No language of this name is known: {string.Join(", ", unknown)}.");
        }

        var targets = new List<PhraseTarget>();
        foreach (var name in settings.Targets)
        {
            var target = new TranslationTarget { Language = name, Code = TranslationLanguages.Find(name)!.Code, Deployment = settings.Category };
            targets.Add(new(target, await EngineAsync(call, spoken, target, cancellationToken)));
        }

        return targets;
    }

    private async Task<TranslationEngine> EngineAsync(GatewayCall call, IReadOnlyList<string> spoken, TranslationTarget target, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await translator.EngineAsync(call, Job(spoken[i], "", target), cancellationToken);
            }
            catch (ApiException) when (i + 1 < spoken.Count)
            {
                // It may be the next of the languages that is spoken.
            }
            catch (ApiException refused)
            {
                // Clients try again after an error of the server, and this one would be the same.
                throw SocketRefusal.BadRequest(refused.Message);
            }
        }
    }

    /// <summary>What is heard so far: by what costs nobody anything; the other languages come with the phrase.</summary>
    public async Task<TranslatedPhrase> TranslateHypothesisAsync(GatewayCall call, IReadOnlyList<PhraseTarget> targets, string spoken, string text, CancellationToken cancellationToken)
    {
        var texts = new List<(string, string)>();
        try
        {
            foreach (var target in targets.Where(target => target.Engine is TranslationEngine.Apertium).Select(target => target.Target))
            {
                texts.Add((target.Language, (await translator.TranslateAsync(call, Job(spoken, text, target), cancellationToken)).Texts[0]));
            }
        }
        catch (Exception failure) when (failure is ApiException or InferenceQueueFullException)
        {
            // It is not missed for long: the phrase is translated again, and tells what fails.
        }

        return new(texts, null);
    }

    /// <summary>A phrase. A language that fails is left out, and the reason given.</summary>
    public async Task<TranslatedPhrase> TranslateAsync(GatewayCall call, IReadOnlyList<PhraseTarget> targets, string spoken, string text, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(targets.Select(target => TranslateAsync(call, target.Target, spoken, text, cancellationToken)));
        return new(
            [.. targets.Zip(outcomes).Where(pair => pair.Second.Text is not null).Select(pair => (pair.First.Target.Language, pair.Second.Text!))],
            Array.Find(outcomes, outcome => outcome.Failure is not null).Failure);
    }

    private async Task<(string? Text, string? Failure)> TranslateAsync(GatewayCall turn, TranslationTarget target, string spoken, string text, CancellationToken cancellationToken)
    {
        var translated = "";
        try
        {
            await calls.RunAsync(turn, TranslatorCalls.Translate, async call =>
            {
                var answer = await translator.TranslateAsync(call, Job(spoken, text, target), cancellationToken);
                (translated, call.ModelName, call.Deployment) = (answer.Texts[0], answer.Model, answer.Deployment);
                (call.TokensIn, call.TokensOut) = answer.TokensIn + answer.TokensOut > 0 ? (answer.TokensIn, answer.TokensOut) : (text.Length, 0);
                calls.Succeed(call);
            });
            return (translated, null);
        }
        catch (SocketRefusal refused)
        {
            return (null, refused.Message);
        }
    }

    private static TranslationJob Job(string spoken, string text, TranslationTarget target) => new(TranslationLanguages.Find(spoken)?.Code ?? spoken, [text], false, target);
}

/// <summary>A language that phrases are translated into.</summary>
internal sealed record PhraseTarget(TranslationTarget Target, TranslationEngine Engine);
