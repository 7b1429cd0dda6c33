using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses.Conversations;

/// <summary>The Conversations API (OpenAI, <c>/conversations</c>): turns that are kept, which responses go on from and add to.</summary>
internal sealed class ConversationCalls(ConversationStore conversations, Metering metering)
{
    public static readonly GatewayOperation Write = new("conversations.write", "conversations", GatewayOperation.Chat.DataAction, null);
    public static readonly GatewayOperation Read = new("conversations.read", "conversations", ResponseCalls.Read.DataAction, null);
    private const int LargestPage = 100;

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(call, ["items", "metadata"], cancellationToken);
        var items = ConversationItems.Read(body["items"], areRequired: false);
        await AnswerAsync(call, await conversations.AddAsync(call.Owner, items, MetadataOf(body), cancellationToken), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) => await AnswerAsync(call, (await FindAsync(call, cancellationToken)).View, cancellationToken);

    public async Task UpdateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(call, ["metadata"], cancellationToken);
        var metadata = MetadataOf(body) ?? throw ApiException.Invalid("metadata", "'metadata' is required.", ProblemCodes.Required);
        var changed = await conversations.ChangeAsync(call.Owner, IdOf(call), found => found.View["metadata"] = metadata.DeepClone(), cancellationToken);
        await AnswerAsync(call, changed.View, cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await conversations.DeleteAsync(call.Owner, IdOf(call), cancellationToken);
        await AnswerAsync(call, new() { ["id"] = IdOf(call), ["object"] = "conversation.deleted", ["deleted"] = true }, cancellationToken);
    }

    public async Task AddItemsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ResponseOptions.CheckInclude(call.Http.Request.Query);
        var items = ConversationItems.Read((await BodyAsync(call, ["items"], cancellationToken))["items"], areRequired: true);
        await conversations.ChangeAsync(
            call.Owner,
            IdOf(call),
            found =>
            {
                foreach (var item in items)
                {
                    found.Entries.Add(ConversationStore.Entry(item!, null));
                }
            },
            cancellationToken);
        await AnswerAsync(
            call,
            new() { ["object"] = "list", ["data"] = items.DeepClone(), ["first_id"] = items[0]!["id"]!.DeepClone(), ["last_id"] = items[^1]!["id"]!.DeepClone(), ["has_more"] = false },
            cancellationToken);
    }

    public async Task ListItemsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ResponseOptions.CheckInclude(call.Http.Request.Query);
        await AnswerAsync(call, ListPage.Of(call.Http.Request, [.. (await FindAsync(call, cancellationToken)).Items.Reverse()], LargestPage, usual: 20), cancellationToken);
    }

    public async Task GetItemAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ResponseOptions.CheckInclude(call.Http.Request.Query);
        await AnswerAsync(call, (await FindAsync(call, cancellationToken)).Items.FirstOrDefault(item => (string?)item["id"] == ItemOf(call)) ?? throw NoItem(call), cancellationToken);
    }

    public async Task DeleteItemAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var changed = await conversations.ChangeAsync(
            call.Owner,
            IdOf(call),
            found => found.Entries.Remove(found.Entries.FirstOrDefault(entry => (string?)entry![KeptConversation.Item]!["id"] == ItemOf(call)) ?? throw NoItem(call)),
            cancellationToken);
        await AnswerAsync(call, changed.View, cancellationToken);
    }

    /// <exception cref="ApiException">400 with each member that is none of these.</exception>
    private static async Task<JsonObject> BodyAsync(GatewayCall call, string[] members, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var unknown = new List<Problem>();
        UnknownMembers.Refuse(document.RootElement, members, unknown);
        return unknown.Count == 0 ? JsonObject.Create(document.RootElement.Clone())! : throw ApiException.Invalid(unknown);
    }

    private static JsonNode? MetadataOf(JsonObject body)
    {
        var problems = new List<Problem>();
        MetadataRules.Check(body["metadata"], problems);
        return problems.Count == 0 ? body["metadata"] : throw ApiException.Invalid(problems);
    }

    private static ApiException NoItem(GatewayCall call) => ApiException.NotFound("item_not_found", $"Item with id '{ItemOf(call)}' not found in conversation '{IdOf(call)}'.");

    private Task<KeptConversation> FindAsync(GatewayCall call, CancellationToken cancellationToken) => conversations.FindAsync(call.Owner, IdOf(call), target: null, cancellationToken);

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    private static string IdOf(GatewayCall call) => (string)call.Http.Request.RouteValues["conversation"]!;

    private static string ItemOf(GatewayCall call) => (string)call.Http.Request.RouteValues["item"]!;
}
