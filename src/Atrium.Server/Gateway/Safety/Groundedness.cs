using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary><c>text:detectGroundedness</c>: through a connection only. No embedded model judges it well enough.</summary>
internal sealed class Groundedness(SafetyUpstream upstream)
{
    public static readonly GatewayOperation Operation = new(
        "text:detectGroundedness", "text:detectGroundedness", "Microsoft.CognitiveServices/accounts/ContentSafety/text:detectgroundedness/action", null);

    public async Task DetectAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (!await upstream.TryAnswerAsync(call, Operation, body.RootElement, cancellationToken))
        {
            throw ApiException.NoModel($"No embedded model judges groundedness. {SafetyUpstream.HowTo(Operation.Path)}.");
        }
    }
}
