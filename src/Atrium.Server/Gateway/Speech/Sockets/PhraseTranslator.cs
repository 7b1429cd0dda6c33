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
    /// <exception cref="SocketRefusal">One is no language, or nothing here translates into it.</exception>
    public async Task<IReadOnlyList<PhraseTarget>> TargetsAsync(GatewayCall call, RecognitionSettings settings, CancellationToken cancellationToken)
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
            try
            {
                targets.Add(new(target, await translator.EngineAsync(call, Job("", target), cancellationToken)));
            }
            catch (ApiException refused)
            {
                // Clients try again after an error of the server, and this one would be the same.
                throw SocketRefusal.BadRequest(refused.Message);
            }
        }

        return targets;
    }

    /// <summary>What is heard so far: by what costs nobody anything; the other languages come with the phrase.</summary>
    public async Task<TranslatedPhrase> TranslateHypothesisAsync(GatewayCall call, IReadOnlyList<PhraseTarget> targets, string text, CancellationToken cancellationToken)
    {
        var texts = new List<(string, string)>();
        try
        {
            foreach (var target in targets.Where(target => target.Engine is TranslationEngine.Apertium).Select(target => target.Target))
            {
                texts.Add((target.Language, (await translator.TranslateAsync(call, Job(text, target), cancellationToken)).Texts[0]));
            }
        }
        catch (Exception failure) when (failure is ApiException or InferenceQueueFullException)
        {
            // It is not missed for long: the phrase is translated again, and tells what fails.
        }

        return new(texts, null);
    }

    /// <summary>A phrase. A language that fails is left out, and the reason given.</summary>
    public async Task<TranslatedPhrase> TranslateAsync(GatewayCall call, IReadOnlyList<PhraseTarget> targets, string text, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(targets.Select(target => TranslateAsync(call, target.Target, text, cancellationToken)));
        return new(
            [.. targets.Zip(outcomes).Where(pair => pair.Second.Text is not null).Select(pair => (pair.First.Target.Language, pair.Second.Text!))],
            Array.Find(outcomes, outcome => outcome.Failure is not null).Failure);
    }

    private async Task<(string? Text, string? Failure)> TranslateAsync(GatewayCall turn, TranslationTarget target, string text, CancellationToken cancellationToken)
    {
        var translated = "";
        try
        {
            await calls.RunAsync(turn, TranslatorCalls.Translate, async call =>
            {
                var answer = await translator.TranslateAsync(call, Job(text, target), cancellationToken);
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

    private static TranslationJob Job(string text, TranslationTarget target) => new(Hearing.Listener.Language, [text], false, target);
}

/// <summary>A language that phrases are translated into.</summary>
internal sealed record PhraseTarget(TranslationTarget Target, TranslationEngine Engine);
