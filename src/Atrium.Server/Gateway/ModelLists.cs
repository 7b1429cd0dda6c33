using System.Diagnostics;
using System.Text.Json.Nodes;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway;

/// <summary>The deployments that a caller sees, as lists of models.</summary>
internal sealed class ModelLists(Authentication authentication, IModelCatalog catalog)
{
    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var call = await ProveAsync(context, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. call.Model.DeploymentsOf(call.Owner).Select(d => (JsonNode)Describe(d))]),
        });
    }

    public async Task<IResult> GetAsync(string model, HttpContext context, CancellationToken cancellationToken)
    {
        var call = await ProveAsync(context, cancellationToken);
        return call.Model.FindDeployment(call.Owner, model) is { } found
            ? Results.Json(Describe(found))
            : throw ApiException.NotFound("model_not_found", $"The model '{model}' does not exist.");
    }

    /// <summary>Azure AI model inference: what is behind the address.</summary>
    public async Task<IResult> InfoAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var call = await ProveAsync(context, cancellationToken);
        var first = call.Model.DeploymentsOf(call.Owner).FirstOrDefault() ?? throw ApiException.NotFound("DeploymentNotFound", "There is no deployment here.");
        var served = ServedModel.Resolve(first.Model, first.Source, catalog);
        return Results.Json(new JsonObject
        {
            ["model_name"] = served?.Model ?? first.Model,
            ["model_type"] = served?.Kind switch { ModelKind.Embeddings => "embeddings", ModelKind.Transcription => "audio-transcription", _ => "chat-completion" },
            ["model_provider_name"] = "Atrium",
        });
    }

    private async Task<GatewayCall> ProveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var call = new GatewayCall(context, GatewayOperation.Models.Name, Stopwatch.GetTimestamp());
        await authentication.ProveAsync(call, GatewayOperation.Models.DataAction, cancellationToken);
        return call;
    }

    private JsonObject Describe(DeploymentEntry deployment)
    {
        var served = ServedModel.Resolve(deployment.Model, deployment.Source, catalog);
        return new()
        {
            ["id"] = deployment.Name,
            ["object"] = "model",
            ["created"] = 0,
            ["owned_by"] = "atrium",
            ["status"] = served is null ? "failed" : "succeeded",
            ["model"] = served?.Model ?? deployment.Model,
            ["capabilities"] = new JsonObject
            {
                ["chat_completion"] = served?.Kind is null or ModelKind.Chat,
                ["embeddings"] = served?.Kind is null or ModelKind.Embeddings,
                ["inference"] = served is not null,
            },
            ["lifecycle_status"] = "generally-available",
        };
    }
}
