using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Images;

/// <summary>Images made and changed (OpenAI API). No embedded model makes any, so a deployment has a connection to a server that does.</summary>
internal sealed class ImageCalls(GatewayPipeline pipeline, ImageInbox inbox, UpstreamAnswer upstream)
{
    public static readonly GatewayOperation Generate = Operation("generations");
    public static readonly GatewayOperation Edit = Operation("edits");
    public static readonly GatewayOperation Vary = Operation("variations");

    public async Task GenerateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        Resolve(call, document.RootElement.TryGetProperty("model", out var model) && model.ValueKind is System.Text.Json.JsonValueKind.String ? model.GetString() : null);
        ImageRequest.Check(document.RootElement);
        await upstream.AnswerAsync(call, Generate.Path, document.RootElement, cancellationToken);
    }

    public Task EditAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerFormAsync(call, Edit, needsPrompt: true, cancellationToken);

    public Task VaryAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerFormAsync(call, Vary, needsPrompt: false, cancellationToken);

    private async Task AnswerFormAsync(GatewayCall call, GatewayOperation operation, bool needsPrompt, CancellationToken cancellationToken)
    {
        using var folder = inbox.NewFolder();
        var form = await ImageForm.ReadAsync(call.Http.Request, folder, cancellationToken);
        Resolve(call, form["model"]);
        ImageRequest.Check(form, needsPrompt);
        await upstream.AnswerAsync(call, operation.Path, () => form.Content(call.Served!.Model), streams: form["stream"] == "true", cancellationToken);
    }

    /// <exception cref="ApiException">404, or 501 for a deployment that has no connection.</exception>
    private void Resolve(GatewayCall call, string? model)
    {
        if ((call.Http.Request.RouteValues["deployment"] as string ?? model) is { } name && call.Model.FindDeployment(call.Owner, name) is { Source: null } own)
        {
            throw ApiException.NoModel($"No embedded model makes images. Give the deployment '{own.Name}' a connection to a server that does (properties.model.source).");
        }

        pipeline.ResolveDeployment(call, model, ModelKind.Images);
    }

    /// <summary>Only making images has a published action; who may make them may change them.</summary>
    private static GatewayOperation Operation(string name) => new($"images.{name}", $"images/{name}", "Microsoft.CognitiveServices/accounts/OpenAI/images/generations/action", ModelKind.Images);
}
