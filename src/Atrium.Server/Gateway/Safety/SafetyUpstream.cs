using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Has an operation answered by Azure AI Content Safety where a connection says that it serves it (metadata <c>Serves</c>).</summary>
internal sealed class SafetyUpstream(ServiceUpstream service, Metering metering)
{
    private const string Kind = "Content Safety";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What an administrator does to have an operation answered that has no model here.</summary>
    public static string HowTo(string operation) => ServiceConnection.HowTo(Kind, operation);

    /// <summary>False where no connection serves it; nothing has been answered then.</summary>
    public async Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, JsonElement body, CancellationToken cancellationToken)
    {
        var path = $"/contentsafety/{operation.Path}?api-version={Uri.EscapeDataString(SafetyVersions.Of(call.Http))}";
        HttpContent Content() => new ByteArrayContent(Encoding.UTF8.GetBytes(body.GetRawText())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if (await service.TryAskAsync(call, Kind, operation.Path, path, Content, Patience, cancellationToken) is not { } answer)
        {
            return false;
        }

        call.TokensIn = 1;
        await metering.AnswerAsync(call, "application/json; charset=utf-8", answer.Body, cancellationToken);
        return true;
    }
}
