using System.Diagnostics;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Inference.Packages;
using Atrium.Inference.Shelf;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Embedded;
using Atrium.Server.Gateway.Safety;
using Atrium.Server.Gateway.StoredChats;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Atrium.Server.Usage;

namespace Atrium.Server.Gateway;

/// <summary>What a call asks for.</summary>
/// <param name="Name">As usage names it.</param>
/// <param name="Path">Behind a deployment's address, and upstream.</param>
/// <param name="DataAction">What a token must be allowed.</param>
/// <param name="Kind">What the model must do; null for an operation without a deployment.</param>
internal sealed record GatewayOperation(string Name, string Path, string DataAction, ModelKind? Kind)
{
    public static readonly GatewayOperation Chat = new(
        "chat.completions", "chat/completions", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action", ModelKind.Chat);

    public static readonly GatewayOperation Embeddings = new(
        "embeddings", "embeddings", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action", ModelKind.Embeddings);

    public static readonly GatewayOperation Completions = new(
        "completions", "completions", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/completions/action", ModelKind.Chat);

    /// <summary>No published role has an action of its own for it; who may complete text may have it judged.</summary>
    public static readonly GatewayOperation Moderations = new(
        "moderations", "moderations", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/completions/action", null);

    public static readonly GatewayOperation Models = new("models", "models", "Microsoft.CognitiveServices/accounts/OpenAI/models/read", null);

    public static readonly GatewayOperation AnalyzeText = new("text:analyze", "text:analyze", "Microsoft.CognitiveServices/accounts/ContentSafety/text:analyze/action", null);

    public static readonly GatewayOperation ShieldPrompt = new("text:shieldPrompt", "text:shieldPrompt", "Microsoft.CognitiveServices/accounts/ContentSafety/text:shieldprompt/action", null);

    public static readonly GatewayOperation DetectJailbreak = new("text:detectJailbreak", "text:detectJailbreak", "Microsoft.CognitiveServices/accounts/ContentSafety/text:detectjailbreak/action", null);

    public static readonly GatewayOperation AnalyzeImage = new(
        "imageanalysis:analyze", "imageanalysis:analyze", "Microsoft.CognitiveServices/accounts/ComputerVision/imageanalysis:analyze/action", null);
}

/// <summary>The way of every call: the steps stand here in their order.</summary>
internal sealed partial class GatewayPipeline(
    Authentication authentication,
    AnswerLimits limits,
    IModelCatalog catalog,
    EmbeddedChat chat,
    ChatKeeper keeper,
    EmbeddedCompletions completions,
    EmbeddedModerations moderations,
    EmbeddedEmbeddings embeddings,
    ContentSafety safety,
    UpstreamAnswer upstream,
    Metering metering,
    ILogger<GatewayPipeline> logger)
{
    private const int ClientClosedRequest = 499;

    /// <summary>Runs a call whose body is JSON. Later steps have their places: network rules and reservation of quota and budget behind the deployment, content filters round the model, the cache before it.</summary>
    public Task RunAsync(HttpContext context, GatewayOperation operation, CancellationToken cancellationToken) =>
        RunAsync(context, operation, (call, token) => AnswerJsonAsync(call, operation, token), cancellationToken);

    /// <summary>Runs a call that is read and answered by a surface of its own.</summary>
    public Task RunAsync(HttpContext context, GatewayOperation operation, Func<GatewayCall, CancellationToken, Task> answer, CancellationToken cancellationToken) =>
        RunAsync(context, operation, answer, call => authentication.ProveAsync(call, operation.DataAction, cancellationToken), cancellationToken);

    /// <summary>Runs a call with a JSON body for an account or project that asked for it earlier.</summary>
    /// <param name="context">A request of ours with the body; the answer goes to its response.</param>
    /// <param name="operation">What is asked.</param>
    /// <param name="owner">Who asked.</param>
    /// <param name="caller">By which key or principal, as usage names it.</param>
    /// <param name="model">What the gateway knows now.</param>
    /// <param name="answer">The surface that answers, where the operation has one of its own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunForAsync(
        HttpContext context, GatewayOperation operation, KeyOwner owner, string caller, GatewayModel model, Func<GatewayCall, CancellationToken, Task>? answer, CancellationToken cancellationToken) => RunAsync(
        context,
        operation,
        answer ?? ((call, token) => AnswerJsonAsync(call, operation, token)),
        call =>
        {
            (call.Model, call.Owner, call.CallerName) = (model, owner, caller);
            return ValueTask.CompletedTask;
        },
        cancellationToken);

    /// <summary>Runs a call that proves in a way of its own whose it is.</summary>
    public async Task RunAsync(
        HttpContext context, GatewayOperation operation, Func<GatewayCall, CancellationToken, Task> answer, Func<GatewayCall, ValueTask> prove, CancellationToken cancellationToken)
    {
        var call = new GatewayCall(context, operation.Name, Stopwatch.GetTimestamp());
        try
        {
            metering.Demand();
            await prove(call);
            call.Tags = UsageTags.Read(context.Request.Headers[UsageTags.Header].FirstOrDefault());
            await answer(call, cancellationToken);
        }
        catch (Exception failure)
        {
            // An aborted stream counts the tokens that were sent; whatever failed is counted with its status.
            var refusal = RefusalOf(call, failure);
            metering.Record(call, context.RequestAborted.IsCancellationRequested ? ClientClosedRequest : (refusal as ApiException)?.Status ?? StatusCodes.Status500InternalServerError);
            if (!context.RequestAborted.IsCancellationRequested && (Events.HaveBegun(context.Response) || context.Response.HasStarted))
            {
                await BreakOffAsync(context, Tell(call, refusal));
                return;
            }

            if (refusal == failure)
            {
                throw;
            }

            throw refusal;
        }
    }

    /// <summary>What the caller of an answer that has begun hears of a failure; where that is nobody's business, how to find it in the log.</summary>
    public ApiException Tell(GatewayCall call, Exception failure)
    {
        var correlation = CorrelationId.Of(call.Http);
        if (RefusalOf(call, failure) is ApiException told)
        {
            LogBroken(call.Operation, told.Status, told.Code, correlation);
            return told;
        }

        LogFailed(failure, call.Operation, correlation);
        return ApiException.Internal(correlation);
    }

    /// <summary>Events end with one that says why; any other answer is cut off, so that nobody takes it for whole.</summary>
    private static async Task BreakOffAsync(HttpContext context, ApiException told)
    {
        if (Events.HaveBegun(context.Response))
        {
            await Events.FailAsync(context.Response, told);
        }
        else
        {
            context.Abort();
        }
    }

    private async Task AnswerJsonAsync(GatewayCall call, GatewayOperation operation, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (operation.Kind is { } kind)
        {
            ResolveDeployment(call, document.RootElement, kind);
        }
        else if (operation == GatewayOperation.Moderations && EmbeddedModerations.DeploymentOf(call, document.RootElement) is { } deployment)
        {
            call.Deployment = deployment;
            call.Served = ServedModel.Resolve(deployment.Model, deployment.Source, catalog);
        }

        var body = operation.Kind is ModelKind.Chat ? await limits.ApplyAsync(call, document.RootElement, cancellationToken) : document.RootElement;
        await (operation == GatewayOperation.Chat
            ? keeper.AnswerAsync(call, body, chat => AnswerAsync(call, operation, chat, cancellationToken), cancellationToken)
            : AnswerAsync(call, operation, body, cancellationToken));
    }

    private Task AnswerAsync(GatewayCall call, GatewayOperation operation, JsonElement body, CancellationToken cancellationToken) => operation switch
    {
        _ when operation == GatewayOperation.AnalyzeText => safety.AnalyzeTextAsync(call, body, cancellationToken),
        _ when operation == GatewayOperation.ShieldPrompt => safety.ShieldPromptAsync(call, body, cancellationToken),
        _ when operation == GatewayOperation.DetectJailbreak => safety.DetectJailbreakAsync(call, body, cancellationToken),
        _ when call.Deployment?.Source is not null => upstream.AnswerAsync(call, operation.Path, body, cancellationToken),
        _ when operation == GatewayOperation.Moderations => moderations.AnswerAsync(call, body, cancellationToken),
        _ when operation == GatewayOperation.Embeddings => embeddings.AnswerAsync(call, body, cancellationToken),
        _ when operation == GatewayOperation.Completions => completions.AnswerAsync(call, body, cancellationToken),
        _ => chat.AnswerAsync(call, body, cancellationToken),
    };

    /// <summary>By the path, else by <c>model</c> in the body. One of another project is as if it did not exist.</summary>
    public void ResolveDeployment(GatewayCall call, JsonElement body, ModelKind kind) =>
        ResolveDeployment(call, body.TryGetProperty("model", out var model) && model.ValueKind is JsonValueKind.String ? model.GetString()! : null, kind);

    /// <summary>By the path, else by the name that the body has.</summary>
    public void ResolveDeployment(GatewayCall call, string? model, ModelKind kind)
    {
        var name = call.Http.Request.RouteValues["deployment"] as string
            ?? (string.IsNullOrEmpty(model) ? null : model)
            ?? throw ApiException.Invalid("model", "'model' is required: the name of a deployment.", Contracts.ProblemCodes.Required);
        call.Deployment = call.Model.FindDeployment(call.Owner, name)
            ?? throw ApiException.NotFound("DeploymentNotFound", $"The API deployment '{name}' for this resource does not exist. Deployments here: {Names(call)}.");
        call.Served = ServedModel.Resolve(call.Deployment.Model, call.Deployment.Source, catalog)
            ?? throw ApiException.Unavailable("ModelNotAvailable", $"No model here can serve '{call.Deployment.Model}' of deployment '{name}'. Give it a connection (properties.model.source).");
        call.ModelName = call.Served.Model;
        if (call.Served.Kind is { } found && found != kind)
        {
            throw ApiException.BadRequest(
                "OperationNotSupported", $"The {call.Operation} operation does not work with the model '{call.Served.Model}' of deployment '{name}'. It is a model for {found.ToString().ToLowerInvariant()}.");
        }
    }

    private static string Names(GatewayCall call) => string.Join(", ", call.Model.DeploymentsOf(call.Owner).Select(d => d.Name)) is { Length: > 0 } names ? names : "none";

    /// <summary>What the caller hears of a failure; the failure itself where that is nobody's business.</summary>
    public static Exception RefusalOf(GatewayCall call, Exception failure) => failure switch
    {
        InferenceQueueFullException busy => ApiException.TooManyRequests("The model has more to do than it can queue. Try again.", busy.RetryAfter),
        TextTooLongException tooLong => ApiException.BadRequest(
            "context_length_exceeded", $"Text {tooLong.Index} has {tooLong.Tokens} tokens; this model reads at most {tooLong.Limit}.", PromptOf(call)),
        Inference.Llama.PromptRefusedException refused => ApiException.BadRequest("invalid_prompt", refused.Message, PromptOf(call)),
        Inference.Llama.Grammars.SchemaNotSupportedException unsupported => ApiException.BadRequest(
            "invalid_function_parameters", $"The parameters of a tool that must be called are no schema that is supported. {unsupported.Message}", "tools"),
        Inference.Llama.ModelFileException broken => ApiException.Unavailable("ModelNotUsable", broken.Message),
        ModelPackageException missing => ModelRefusals.Of(missing),
        ModelMemoryException full => ModelRefusals.Of(full),
        _ => failure,
    };

    /// <summary>What the caller's text is called.</summary>
    private static string PromptOf(GatewayCall call) =>
        call.Operation == GatewayOperation.Chat.Name ? "messages" : call.Operation == GatewayOperation.Completions.Name ? "prompt" : "input";

    [LoggerMessage(LogLevel.Warning, "The answer of {Operation} broke off: {Status} {Code}. Correlation id: {CorrelationId}.")]
    private partial void LogBroken(string operation, int status, string code, string correlationId);

    [LoggerMessage(LogLevel.Error, "The answer of {Operation} failed after it had begun. Correlation id: {CorrelationId}.")]
    private partial void LogFailed(Exception failure, string operation, string correlationId);
}
