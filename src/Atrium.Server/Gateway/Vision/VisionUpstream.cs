using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Vision;

/// <summary>Has an operation answered by Azure AI Vision where a connection says that it serves it. The image goes on as it came, and so does the answer.</summary>
internal sealed class VisionUpstream(ServiceUpstream service, Metering metering)
{
    public static readonly GatewayOperation VectorizeImage = Operation("retrieval:vectorizeImage");
    public static readonly GatewayOperation VectorizeText = Operation("retrieval:vectorizeText");
    private const string Kind = "Vision";
    private const string FirstSegment = "/computervision";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>False where no connection serves it; nothing has been read or answered then.</summary>
    public async Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        var path = request.Path.Value![request.Path.Value!.IndexOf(FirstSegment, StringComparison.OrdinalIgnoreCase)..] + request.QueryString;
        if (await service.TryAskAsync(call, Kind, operation.Path, path, () => Content(request), Patience, cancellationToken) is not { } answer)
        {
            return false;
        }

        call.TokensIn = 1;
        await metering.AnswerAsync(call, answer.ContentType, answer.Body, cancellationToken);
        return true;
    }

    /// <summary>An operation that nothing here can do by itself.</summary>
    public Func<GatewayCall, CancellationToken, Task> AnswerOnly(GatewayOperation operation) => async (call, cancellationToken) =>
    {
        if (!await TryAnswerAsync(call, operation, cancellationToken))
        {
            throw ApiException.NoModel($"No embedded model makes vectors of images ('{operation.Path}'). {ServiceConnection.HowTo(Kind, operation.Path)}.");
        }
    };

    private static StreamContent Content(HttpRequest request)
    {
        var content = new StreamContent(request.Body);
        content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        return content;
    }

    private static GatewayOperation Operation(string name) => new(name, name, $"Microsoft.CognitiveServices/accounts/ComputerVision/{name}/action", null);
}
