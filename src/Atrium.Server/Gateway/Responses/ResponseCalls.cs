using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Gateway.Responses.Background;
using Atrium.Server.Gateway.Responses.Conversations;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses;

/// <summary>The Responses API (OpenAI, <c>/responses</c>) over any chat deployment: a response is a chat whose turns are kept.</summary>
internal sealed class ResponseCalls(
    GatewayPipeline pipeline, AnswerLimits limits, DeploymentChat deployments, ResponseMaker maker, ResponseStore responses, ConversationStore conversations, BackgroundCalls background, ResponseFollower follower, Metering metering, TimeProvider clock)
{
    private const int LargestPage = 100;
    private const int DefaultPage = 20;

    /// <summary>No published role has actions of its own for responses; who may chat may have them.</summary>
    public static readonly GatewayOperation Create = GatewayOperation.Chat with { Name = "responses" };
    public static readonly GatewayOperation Count = GatewayOperation.Chat with { Name = "responses.count" };
    public static readonly GatewayOperation Read = new("responses.read", "responses", "Microsoft.CognitiveServices/accounts/OpenAI/responses/read", null);
    public static readonly GatewayOperation Delete = new("responses.delete", "responses", GatewayOperation.Chat.DataAction, null);

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        pipeline.ResolveDeployment(call, document.RootElement, AiServices.ModelKind.Chat);
        var request = ResponseRequest.Read(document.RootElement);
        var chat = await limits.ApplyAsync(call, request.ToChat(await EarlierAsync(call, request, cancellationToken)), cancellationToken);
        var response = new ResponseDocument(request, call.Deployment!.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        if (request.IsBackground)
        {
            await BeginAsync(call, request, chat, response, cancellationToken);
            return;
        }

        var output = call.Http.Response.BodyWriter;
        ResponseEvents? events = null;
        ResponseEvents? Begin()
        {
            if (!request.Streams)
            {
                return null;
            }

            Events.Begin(call.Http.Response);
            return events = new(output);
        }

        async ValueTask FlushAsync(CancellationToken token)
        {
            if (request.Streams)
            {
                await output.FlushAsync(token);
            }
        }

        try
        {
            await maker.MakeAsync(call, chat, response, Begin, FlushAsync, cancellationToken);
        }
        catch (Exception failure) when (events is not null && !cancellationToken.IsCancellationRequested)
        {
            var refused = pipeline.Tell(call, failure);
            response.Fail(refused);
            events.Write("response.failed", new() { ["response"] = response.Body.DeepClone() });
            metering.Record(call, refused.Status);
            await output.FlushAsync(cancellationToken);
            return;
        }

        if (request.Stores)
        {
            await responses.SaveAsync(call.Owner, response, request.Items, cancellationToken);
        }

        if (request.ConversationId is { } conversation)
        {
            await conversations.AddTurnAsync(call.Owner, conversation, response.Id, request.Items, response.Output, cancellationToken);
        }

        if (request.Streams)
        {
            metering.Record(call, StatusCodes.Status200OK);
            await output.FlushAsync(cancellationToken);
            return;
        }

        await AnswerAsync(call, response.Body, cancellationToken);
    }

    /// <summary>How many tokens the input of such a response has (<c>/responses/input_tokens</c>). Nothing is answered, kept or counted as used.</summary>
    public async Task CountInputAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        pipeline.ResolveDeployment(call, document.RootElement, AiServices.ModelKind.Chat);
        var request = ResponseRequest.Read(document.RootElement);
        var tokens = await deployments.CountAsync(call, request.ToChat(await EarlierAsync(call, request, cancellationToken)), cancellationToken);
        await AnswerAsync(call, new() { ["object"] = "response.input_tokens", ["input_tokens"] = tokens }, cancellationToken);
    }

    /// <summary>A response as it is; with <c>stream</c> the events of one in the background, from the beginning or after the last one that the caller has.</summary>
    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ResponseOptions.CheckInclude(call.Http.Request.Query);
        if (call.Http.Request.Query["stream"].FirstOrDefault() is not ("true" or "True"))
        {
            await AnswerAsync(call, (await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken)).Response, cancellationToken);
            return;
        }

        var after = call.Http.Request.Query["starting_after"].FirstOrDefault() is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ApiException.Invalid("starting_after", $"'starting_after' must be the number of an event; found '{text}'.")
            : -1;
        await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);
        var job = await background.FindAsync(call.Owner, IdOf(call), cancellationToken)
            ?? throw ApiException.BadRequest("invalid_request_error", "Only responses created with the parameter `background` set to true can be streamed later.", "stream");
        metering.Record(call, StatusCodes.Status200OK);
        await follower.FollowAsync(call, job, after, cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (await background.FindAsync(call.Owner, IdOf(call), cancellationToken) is { } job)
        {
            await background.RemoveAsync(job, cancellationToken);
        }
        else
        {
            await responses.DeleteAsync(call.Owner, IdOf(call), cancellationToken);
        }

        await AnswerAsync(call, new() { ["id"] = IdOf(call), ["object"] = "response", ["deleted"] = true }, cancellationToken);
    }

    /// <summary>A response that is not made in the background has ended when anybody knows its id.</summary>
    public async Task CancelAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);
        var job = await background.FindAsync(call.Owner, IdOf(call), cancellationToken)
            ?? throw ApiException.BadRequest("invalid_request_error", "Only responses created with the parameter `background` set to true can be cancelled.");
        await AnswerAsync(call, await background.CancelAsync(job, cancellationToken), cancellationToken);
    }

    /// <summary>The items that a response answered: with those of the conversation before it, newest first unless asked otherwise.</summary>
    public async Task ListInputAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ResponseOptions.CheckInclude(call.Http.Request.Query);
        var kept = await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);
        var earlier = await responses.ItemsUpToAsync(call.Owner, (string?)kept.Response["previous_response_id"], cancellationToken);
        var items = earlier.Concat(kept.Items.OfType<JsonObject>()).Reverse().ToArray();
        await AnswerAsync(call, ListPage.Of(call.Http.Request, items, LargestPage, DefaultPage), cancellationToken);
    }

    /// <summary>What was said before, in the conversation or in the responses that this one goes on from.</summary>
    private async Task<IEnumerable<JsonObject>> EarlierAsync(GatewayCall call, ResponseRequest request, CancellationToken cancellationToken) => request.ConversationId is { } conversation
        ? (await conversations.FindAsync(call.Owner, conversation, "conversation", cancellationToken)).Items
        : await responses.ItemsUpToAsync(call.Owner, request.PreviousId, cancellationToken);

    private async Task BeginAsync(GatewayCall call, ResponseRequest request, JsonElement chat, ResponseDocument response, CancellationToken cancellationToken)
    {
        var job = await background.BeginAsync(call, request, chat, response, cancellationToken);
        if (request.Streams)
        {
            metering.Record(call, StatusCodes.Status200OK);
            await follower.FollowAsync(call, job, after: -1, cancellationToken);
        }
        else
        {
            await AnswerAsync(call, response.Body, cancellationToken);
        }
    }

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    private static string IdOf(GatewayCall call) => (string)call.Http.Request.RouteValues["response"]!;
}
