using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>Chat completions that were kept (OpenAI, <c>GET /chat/completions</c> and what is below it).</summary>
internal sealed class StoredChatCalls(ChatStore chats, Metering metering)
{
    public static readonly GatewayOperation Read = new("chat.completions.read", "chat/completions", ResponseCalls.Read.DataAction, null);
    public static readonly GatewayOperation Write = new("chat.completions.write", "chat/completions", GatewayOperation.Chat.DataAction, null);
    private const int LargestPage = 100;
    private const int UsualPage = 20;
    private const string Oldest = "asc";

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var query = call.Http.Request.Query;
        var wanted = query.Where(field => field.Key.StartsWith("metadata[", StringComparison.Ordinal) && field.Key.EndsWith(']')).ToDictionary(field => field.Key["metadata[".Length..^1], field => field.Value.ToString());
        var model = query["model"].FirstOrDefault();
        var found = (await chats.ListAsync(call.Owner, cancellationToken))
            .Where(chat => (model is null || (string?)chat["model"] == model) && wanted.All(pair => (string?)chat["metadata"]![pair.Key] == pair.Value));
        await AnswerAsync(call, ListPage.Of(call.Http.Request, [.. found], LargestPage, UsualPage, usualOrder: Oldest), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) => await AnswerAsync(call, (await FindAsync(call, cancellationToken)).Completion, cancellationToken);

    public async Task UpdateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var body = JsonObject.Create(document.RootElement.Clone())!;
        var problems = new List<Problem>();
        UnknownMembers.Refuse(document.RootElement, ["metadata"], problems);
        MetadataRules.Check(body["metadata"], problems);
        if (body["metadata"] is null)
        {
            problems.Add(new("metadata", "'metadata' is required.", ProblemCodes.Required));
        }

        await AnswerAsync(call, problems.Count == 0 ? await chats.ChangeAsync(call.Owner, IdOf(call), body["metadata"]!, cancellationToken) : throw ApiException.Invalid(problems), cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await chats.DeleteAsync(call.Owner, IdOf(call), cancellationToken);
        await AnswerAsync(call, new() { ["object"] = "chat.completion.deleted", ["id"] = IdOf(call), ["deleted"] = true }, cancellationToken);
    }

    public async Task ListMessagesAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var found = await FindAsync(call, cancellationToken);
        var messages = found.Messages.Select((message, index) => Message(IdOf(call), message!.AsObject(), index));
        await AnswerAsync(call, ListPage.Of(call.Http.Request, [.. messages.Reverse()], LargestPage, UsualPage, usualOrder: Oldest), cancellationToken);
    }

    /// <summary>Content that came in parts is told as parts, and its text as the content.</summary>
    private static JsonObject Message(string completion, JsonObject message, int index)
    {
        var told = message.DeepClone().AsObject();
        told["id"] = string.Create(CultureInfo.InvariantCulture, $"{completion}-{index}");
        told["name"] ??= null;
        told["refusal"] ??= null;
        told["content_parts"] = null;
        if (message["content"] is JsonArray parts)
        {
            told["content_parts"] = parts.DeepClone();
            told["content"] = string.Concat(parts.OfType<JsonObject>().Select(part => (string?)part["text"]));
        }

        told["content"] ??= null;
        return told;
    }

    private Task<StoredChat> FindAsync(GatewayCall call, CancellationToken cancellationToken) => chats.FindAsync(call.Owner, IdOf(call), cancellationToken);

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    private static string IdOf(GatewayCall call) => (string)call.Http.Request.RouteValues["completion"]!;
}
