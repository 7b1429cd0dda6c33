using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses;

/// <summary>The Responses API (OpenAI, <c>/responses</c>) over any chat deployment: a response is a chat whose turns are kept.</summary>
internal sealed class ResponseCalls(GatewayPipeline pipeline, AnswerLimits limits, DeploymentChat deployments, ResponseStore responses, Metering metering, TimeProvider clock)
{
    private const int LargestPage = 100;
    private const int DefaultPage = 20;

    /// <summary>No published role has actions of its own for responses; who may chat may have them.</summary>
    public static readonly GatewayOperation Create = GatewayOperation.Chat with { Name = "responses" };
    public static readonly GatewayOperation Read = new("responses.read", "responses", "Microsoft.CognitiveServices/accounts/OpenAI/responses/read", null);
    public static readonly GatewayOperation Delete = new("responses.delete", "responses", GatewayOperation.Chat.DataAction, null);

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        pipeline.ResolveDeployment(call, document.RootElement, AiServices.ModelKind.Chat);
        var request = ResponseRequest.Read(document.RootElement);
        var chat = await limits.ApplyAsync(call, request.ToChat(await responses.ItemsUpToAsync(call.Owner, request.PreviousId, cancellationToken)), cancellationToken);
        await using var pieces = deployments.AnswerAsync(call, chat, cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first piece comes before the first byte: what the model refuses is still an error with a status.
        var more = await pieces.MoveNextAsync();
        var response = new ResponseDocument(request, call.Deployment!.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        var output = call.Http.Response.BodyWriter;
        if (request.Streams)
        {
            Events.Begin(call.Http.Response);
        }

        var writer = new ResponseWriter(response, request.Streams ? new(output) : null);
        writer.Begin();
        ChatPiece last = default;
        for (; more; more = await pieces.MoveNextAsync())
        {
            last = pieces.Current;
            (call.TokensIn, call.TokensOut) = (last.PromptTokens, last.CompletionTokens);
            writer.Add(last);
            if (request.Streams)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        writer.End(call.Deployment.Name, last, clock.GetUtcNow().ToUnixTimeSeconds());
        if (request.Stores)
        {
            await responses.SaveAsync(call.Owner, response, request.Items, cancellationToken);
        }

        if (request.Streams)
        {
            metering.Record(call, StatusCodes.Status200OK);
            await output.FlushAsync(cancellationToken);
            return;
        }

        await AnswerAsync(call, response.Body, cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) =>
        await AnswerAsync(call, (await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken)).Response, cancellationToken);

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await responses.DeleteAsync(call.Owner, IdOf(call), cancellationToken);
        await AnswerAsync(call, new() { ["id"] = IdOf(call), ["object"] = "response", ["deleted"] = true }, cancellationToken);
    }

    /// <summary>A response that is not made in the background has ended when anybody knows its id.</summary>
    public async Task CancelAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);
        throw ApiException.BadRequest("invalid_request_error", "Only responses created with the parameter `background` set to true can be cancelled.");
    }

    /// <summary>The items that a response answered: with those of the conversation before it, newest first unless asked otherwise.</summary>
    public async Task ListInputAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var kept = await responses.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);
        var earlier = await responses.ItemsUpToAsync(call.Owner, (string?)kept.Response["previous_response_id"], cancellationToken);
        var items = earlier.Concat(kept.Items.OfType<JsonObject>()).Select((item, index) => Numbered(item, index)).ToList();
        var query = call.Http.Request.Query;
        if (query["order"].FirstOrDefault() is not "asc")
        {
            items.Reverse();
        }

        var take = query["limit"].FirstOrDefault() is { } limit
            ? int.TryParse(limit, out var number) && number is >= 1 and <= LargestPage ? number : throw ApiException.Invalid("limit", $"'limit' must be a whole number from 1 to {LargestPage}; found '{limit}'.")
            : DefaultPage;
        var from = query["after"].FirstOrDefault() is { } after ? items.FindIndex(item => (string?)item["id"] == after) + 1 : 0;
        var page = items.Skip(from).Take(take).ToArray();
        await AnswerAsync(
            call,
            new()
            {
                ["object"] = "list", ["data"] = new JsonArray([.. page]), ["first_id"] = page.Length > 0 ? (string?)page[0]["id"] : null,
                ["last_id"] = page.Length > 0 ? (string?)page[^1]["id"] : null, ["has_more"] = items.Count > from + take,
            },
            cancellationToken);
    }

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    private static JsonObject Numbered(JsonObject item, int index)
    {
        var copy = item.DeepClone().AsObject();
        copy["id"] ??= string.Create(System.Globalization.CultureInfo.InvariantCulture, $"item_{index}");
        return copy;
    }

    private static string IdOf(GatewayCall call) => (string)call.Http.Request.RouteValues["response"]!;
}
