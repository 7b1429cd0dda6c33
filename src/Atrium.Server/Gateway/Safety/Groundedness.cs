using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary><c>text:detectGroundedness</c>: by a connection that serves it, or judged by a chat deployment whose model writes. No embedded model judges it well enough.</summary>
internal sealed class Groundedness(SafetyUpstream upstream, GroundednessJudge judge, Metering metering)
{
    public static readonly GatewayOperation Operation = new(
        "text:detectGroundedness", "text:detectGroundedness", "Microsoft.CognitiveServices/accounts/ContentSafety/text:detectgroundedness/action", null);

    public async Task DetectAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Operation, body.RootElement, cancellationToken))
        {
            return;
        }

        var name = GroundednessRequest.DeploymentOf(body.RootElement) ?? GroundednessJudge.DefaultName;
        var model = judge.Find(call, name) ?? throw ApiException.NoModel(
            $"No embedded model judges groundedness, and there is no chat deployment '{name}' here whose model writes. Name one in 'llmResource.azureOpenAIDeploymentName', or call one '{GroundednessJudge.DefaultName}'. {SafetyUpstream.HowTo(Operation.Path)}.");
        var answer = await judge.JudgeAsync(call, model, GroundednessRequest.Read(body.RootElement), cancellationToken);
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }
}
