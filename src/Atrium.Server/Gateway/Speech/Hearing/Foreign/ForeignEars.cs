using Atrium.Inference.Hearing.Phrases;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>
/// Who hears what the embedded recognizer does not: a connection to Azure AI Speech that serves fast transcription, else the deployment that is set aside for it and has
/// a connection to a server of the OpenAI API. The audio is cut into phrases here, and each is heard there.
/// </summary>
internal sealed class ForeignEars(
    ServiceConnections connections, AzureEar azure, UpstreamClient client, UpstreamConnections upstreams, IModelCatalog catalog, IOptions<HearingOptions> options)
{
    /// <summary>What an administrator does to have other languages heard.</summary>
    public string HowTo =>
        $"{SpeechUpstream.HowTo(FastTranscription.Operation)}; so does a deployment of the name '{options.Value.Deployment}' with a connection to a server of the OpenAI API (audio/transcriptions)";

    /// <summary>The same in few words, where there is room for no more.</summary>
    public string Remedy => $"A connection or a deployment '{options.Value.Deployment}' may.";

    /// <summary>Null where nobody does. The call learns who hears only once something is heard there.</summary>
    /// <param name="call">For whom.</param>
    /// <param name="locales">That may be spoken.</param>
    /// <param name="isContinuous">Whether each phrase may be in another of them.</param>
    /// <param name="wantsWords">Whether words have their own times.</param>
    /// <param name="expected">Phrases that are likely to be said, which go on to who hears; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">Who hears knows no weight of phrases, and one is asked for.</exception>
    public async ValueTask<ForeignWriter?> FindAsync(GatewayCall call, IReadOnlyList<string> locales, bool isContinuous, bool wantsWords, PhraseList? expected, CancellationToken cancellationToken)
    {
        if (await connections.FindAsync(call.Owner, SpeechUpstream.Kind, FastTranscription.Operation.Path, cancellationToken) is not null)
        {
            return new(azure, call, new(locales, wantsWords, expected), isContinuous);
        }

        if (call.Model.FindDeployment(call.Owner, options.Value.Deployment) is not { Source: not null } deployment || ServedModel.Resolve(deployment.Model, deployment.Source, catalog) is not { } served)
        {
            return null;
        }

        if (expected is { IsEmpty: false, Weight: not 1 })
        {
            throw ApiException.NotBuilt($"A weight of a phrase list for the deployment '{deployment.Name}', whose API takes phrases without one (biasingWeight, bias: leave it out)");
        }

        return new(new OpenAiEar(client, upstreams, deployment, served), call, new(locales, wantsWords, expected), isContinuous);
    }
}
