using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Responses.Conversations;

/// <summary>A conversation that is kept.</summary>
/// <param name="Row">In the store.</param>
/// <param name="View">What callers see.</param>
/// <param name="Entries">Its items, oldest first, each with the response that brought it.</param>
internal sealed record KeptConversation(StoredResource Row, JsonObject View, JsonArray Entries)
{
    public const string Item = "item";
    public const string Response = "response";

    public IEnumerable<JsonObject> Items => Entries.Select(entry => entry![Item]!.AsObject());
}

/// <summary>Conversations, each under the account or project whose key or token made it; nobody else finds it. They are kept until they are deleted.</summary>
internal sealed class ConversationStore(IAtriumStore store, TimeProvider clock)
{
    public const string Kind = "conversations";
    public static readonly string[] Types = [$"{AccountType.TypeName}/{Kind}", $"{Workspaces.Type}/{Kind}"];
    private const string Prefix = "conv_";
    private const int MostBytes = 8 * 1024 * 1024;
    private const int MaxTries = 20;

    public async Task<JsonObject> AddAsync(KeyOwner owner, JsonArray items, JsonNode? metadata, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var view = new JsonObject { ["id"] = FileIds.New(Prefix, now), ["object"] = "conversation", ["created_at"] = now.ToUnixTimeSeconds(), ["metadata"] = metadata?.DeepClone() ?? new JsonObject() };
        var id = owner.Id.Child(Kind, (string)view["id"]!);
        var type = Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = type, Body = Body(view, [.. items.Select(item => Entry(item!, null))]) };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return view;
    }

    /// <exception cref="ApiException">404: there is none. 400 where a value of a request names it.</exception>
    public async Task<KeptConversation> FindAsync(KeyOwner owner, string conversation, string? target, CancellationToken cancellationToken)
    {
        if (FileIds.IsId(Prefix, conversation) && await store.FindAsync(owner.Id.Child(Kind, conversation).Key, cancellationToken) is { } row)
        {
            var document = JsonNode.Parse(row.Body)!.AsObject();
            return new(row, document["conversation"]!.AsObject(), document["entries"]!.AsArray());
        }

        var message = $"Conversation with id '{conversation}' not found.";
        throw target is null ? ApiException.NotFound("conversation_not_found", message) : ApiException.BadRequest("conversation_not_found", message, target);
    }

    /// <summary>Changes a conversation; the change may be asked for again when another writer was faster.</summary>
    /// <exception cref="ApiException">404: there is none. 400: it would be too long.</exception>
    public async Task<KeptConversation> ChangeAsync(KeyOwner owner, string conversation, Action<KeptConversation> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var found = await FindAsync(owner, conversation, target: null, cancellationToken);
            change(found);
            var changed = found.Row with { Body = Body(found.View, found.Entries) };
            if ((await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(found.Row, changed)] }, cancellationToken)).Committed)
            {
                return found;
            }
        }

        throw ApiException.Conflict("conversation_busy", $"Other writes of the conversation '{conversation}' came first {MaxTries} times. Nothing was written. Try again.");
    }

    /// <summary>Adds what a response answered and what it said, once, however often it is asked. A conversation that has gone meanwhile is nothing to it.</summary>
    public async Task AddTurnAsync(KeyOwner owner, string conversation, string response, JsonArray input, JsonArray output, CancellationToken cancellationToken)
    {
        try
        {
            await ChangeAsync(
                owner,
                conversation,
                found =>
                {
                    foreach (var old in found.Entries.Where(entry => (string?)entry![KeptConversation.Response] == response).ToList())
                    {
                        found.Entries.Remove(old);
                    }

                    foreach (var item in input.Concat(output))
                    {
                        found.Entries.Add(Entry(item!, response));
                    }
                },
                cancellationToken);
        }
        catch (ApiException gone) when (gone.Status == StatusCodes.Status404NotFound)
        {
        }
    }

    public async Task DeleteAsync(KeyOwner owner, string conversation, CancellationToken cancellationToken)
    {
        var found = await FindAsync(owner, conversation, target: null, cancellationToken);
        await store.CommitAsync(new() { Resources = [new() { Key = found.Row.Key, Type = found.Row.Type, Expect = Expect.Anything }] }, cancellationToken);
    }

    public static JsonObject Entry(JsonNode item, string? response) => new() { [KeptConversation.Item] = item.DeepClone(), [KeptConversation.Response] = response };

    private static string Body(JsonObject view, JsonArray entries)
    {
        var body = new JsonObject { ["conversation"] = view.DeepClone(), ["entries"] = entries.DeepClone() }.ToJsonString();
        return body.Length <= MostBytes ? body : throw ApiException.BadRequest("conversation_too_long", "The conversation is too long. Begin a new one, or delete items of it.");
    }
}
