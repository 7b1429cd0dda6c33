using System.Text.Json;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Has the deployment of a call answer a response, and writes it step by step.</summary>
internal sealed class ResponseMaker(DeploymentChat deployments, TimeProvider clock)
{
    /// <param name="call">Its deployment has been resolved; it learns what was read and written.</param>
    /// <param name="chat">What is asked.</param>
    /// <param name="response">Grows to its end.</param>
    /// <param name="begin">Asked for the events to write once the model has begun: what it refuses comes before.</param>
    /// <param name="flush">Called after each step.</param>
    /// <param name="cancellationToken">Ends the model's work.</param>
    public async Task MakeAsync(
        GatewayCall call, JsonElement chat, ResponseDocument response, Func<ResponseEvents?> begin, Func<CancellationToken, ValueTask> flush, CancellationToken cancellationToken)
    {
        await using var pieces = deployments.AnswerAsync(call, chat, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = await pieces.MoveNextAsync();
        var writer = new ResponseWriter(response, begin());
        writer.Begin();
        ChatPiece last = default;
        for (; more; more = await pieces.MoveNextAsync())
        {
            last = pieces.Current;
            (call.TokensIn, call.TokensOut) = (last.PromptTokens, last.CompletionTokens);
            writer.Add(last);
            await flush(cancellationToken);
        }

        writer.End(call.Deployment!.Name, last, clock.GetUtcNow().ToUnixTimeSeconds());
    }
}
