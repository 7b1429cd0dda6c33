using Atrium.Inference.Translation;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>
/// Chooses who translates: the deployment that the caller names, else a connection that serves it, else Apertium where it has the languages, else the deployment that
/// is set aside for translation. What none of them serves is refused with what would serve it.
/// </summary>
internal sealed class TextTranslator(ApertiumTranslator apertium, ChatTranslator chat, TranslatorUpstream upstream) : ITextTranslator
{
    public async ValueTask<TranslationEngine> EngineAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken) => (await ChooseAsync(call, job, cancellationToken)).Engine;

    public async Task<TranslatedTexts> TranslateAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken)
    {
        var (engine, model) = await ChooseAsync(call, job, cancellationToken);
        return engine switch
        {
            TranslationEngine.Model => await chat.TranslateAsync(call, model!, job, cancellationToken),
            TranslationEngine.Connection => await upstream.TranslateAsync(call, job, cancellationToken),
            _ => await ByApertiumAsync(call, job, cancellationToken),
        };
    }

    private async ValueTask<(TranslationEngine Engine, GatewayCall? Model)> ChooseAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken)
    {
        var target = job.Target;
        if (target.Deployment is { } named)
        {
            if (chat.Find(call, named) is { } found)
            {
                return (TranslationEngine.Model, found);
            }

            if (!target.MayFallBack)
            {
                throw ApiException.BadRequest("400079", $"'{named}' names no chat deployment here that writes text. Deployments here: {ChatTranslator.Names(call)}.", "deploymentName");
            }
        }

        return !target.NeedsModel && await upstream.ServesAsync(call, TranslatorCalls.Translate, cancellationToken) ? (TranslationEngine.Connection, null)
            : !target.NeedsModel && apertium.Serves(job.From, target.Code) ? (TranslationEngine.Apertium, null)
            : chat.FindDefault(call) is { } usual ? (TranslationEngine.Model, usual)
            : throw NoEngine(job);
    }

    private async Task<TranslatedTexts> ByApertiumAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken)
    {
        try
        {
            return new(await apertium.TranslateAsync(call.Owner.Id.Key, job.From, job.Target.Code, job.Texts, job.IsHtml, cancellationToken), ApertiumTranslator.Name, null, 0, 0);
        }
        catch (TranslationFailedException failed)
        {
            throw ApiException.Unavailable("503000", failed.Message);
        }
    }

    private ApiException NoEngine(TranslationJob job) => ApiException.NoModel(
        (job.Target.NeedsModel ? "A tone, gender or examples need a language model. " : $"No engine here translates from '{job.From}' to '{job.Target.Code}'. ")
        + $"Install Apertium and the pair (Debian: apt-get install apertium bubblewrap, and apertium-eng-spa or another pair), or deploy a chat model under the name '{chat.DefaultName}', or name a chat deployment (deploymentName, or category in api-version 3.0). {TranslatorUpstream.HowTo(TranslatorCalls.Translate)}.");
}
