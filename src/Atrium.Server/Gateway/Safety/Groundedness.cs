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

        var model = judge.Find(call, null);
        if (model is null && !body.RootElement.TryGetProperty("llmResource", out _))
        {
            throw ApiException.NoModel(
                $"No embedded model judges groundedness. {SafetyUpstream.HowTo(Operation.Path)}; a chat deployment whose model writes does, if it is called '{GroundednessJudge.DefaultName}' or named in 'llmResource.azureOpenAIDeploymentName'.");
        }

        var request = GroundednessRequest.Read(body.RootElement);
        model = request.Deployment is null ? model : judge.Find(call, request.Deployment);
        model = model ?? throw ApiException.Invalid("llmResource.azureOpenAIDeploymentName", "'llmResource.azureOpenAIDeploymentName' is required: a chat deployment whose model writes.", Contracts.ProblemCodes.Required);
        var answer = await judge.JudgeAsync(call, model, request, cancellationToken);
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }
}
