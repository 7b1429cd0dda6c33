using System.Text;
using System.Text.Json;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Has an operation answered by Azure AI Content Safety where a connection says that it serves it (metadata <c>Serves</c>).</summary>
internal sealed class SafetyUpstream(SafetyConnections connections, UpstreamConnections upstreams, UpstreamClient client, Metering metering)
{
    private const int LongestAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>What an administrator does to have an operation answered that has no model here.</summary>
    public static string HowTo(string operation) =>
        $"A connection of category CognitiveService with the metadata Kind 'Content Safety' and {SafetyConnection.ServesName} '{operation}' has it answered by Azure AI Content Safety";

    /// <summary>False where no connection serves it; nothing has been answered then.</summary>
    public async Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, JsonElement body, CancellationToken cancellationToken)
    {
        if (await connections.FindAsync(call.Owner, operation.Path, cancellationToken) is not { } connection)
        {
            return false;
        }

        var upstream = await upstreams.FindAsync(connection.Id.Text, cancellationToken)
            ?? throw ApiException.Unavailable("ConnectionNotUsable", $"The connection '{connection.Id.Name}' is gone, or its target is no http address.");
        call.ModelName = $"connection {connection.Id.Name}";
        var address = new Uri($"{upstream.Target.AbsoluteUri.TrimEnd('/')}/contentsafety/{operation.Path}?api-version={Uri.EscapeDataString(SafetyVersions.Of(call.Http))}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var answer = await client.PostAsync(upstream, address, ("Ocp-Apim-Subscription-Key", upstream.Key), Encoding.UTF8.GetBytes(body.GetRawText()), limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw await UpstreamAnswer.RefusalAsync(answer, limit.Token);
            }

            var bytes = await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(limit.Token), answer.Content.Headers.ContentLength, LongestAnswer, limit.Token)
                ?? throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The answer behind the connection '{connection.Id.Name}' has more than {LongestAnswer} bytes.");
            call.TokensIn = 1;
            await metering.AnswerAsync(call, "application/json; charset=utf-8", bytes, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ApiException.Upstream(StatusCodes.Status504GatewayTimeout, "UpstreamTimeout", $"The server behind the connection '{connection.Id.Name}' did not answer in time.");
        }
        catch (HttpRequestException unreachable)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"The server behind the connection '{connection.Id.Name}' cannot be reached ({unreachable.HttpRequestError}).");
        }
    }
}
