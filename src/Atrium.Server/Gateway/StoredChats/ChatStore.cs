using System.Buffers;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>A chat completion that is kept, with the messages that it answered.</summary>
internal sealed record StoredChat(StoredResource Row, JsonObject Completion, JsonArray Messages);

/// <summary>Chat completions that callers had kept (<c>store</c>), each under the account or project whose key or token asked for it; nobody else finds it.</summary>
internal sealed class ChatStore(IAtriumStore store, TimeProvider clock)
{
    public static readonly string[] Types = [$"{AccountType.TypeName}/chatCompletions", $"{Workspaces.Type}/chatCompletions"];

    /// <summary>Of a chat with its answer.</summary>
    public const int MostBytes = 8 * 1024 * 1024;
    private const int LongestId = 128;
    private const int MostListed = 10_000;
    private const int MaxTries = 5;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    /// <exception cref="ApiException">400: a chat of that length is not kept.</exception>
    public static void DemandRoom(long length, int most = MostBytes)
    {
        if (length > most)
        {
            throw ApiException.BadRequest("completion_too_large", "The messages and their answer are too large to be kept. Send 'store': false.", "store");
        }
    }

    /// <summary>Whether a completion can be found again by its id; that of a server elsewhere may be anything.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= LongestId } && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    public async Task SaveAsync(KeyOwner owner, JsonObject completion, JsonArray messages, CancellationToken cancellationToken)
    {
        var body = BodyOf(completion, messages);
        DemandRoom(body.Length);
        var (id, type) = (IdOf(owner, (string)completion["id"]!), TypeOf(owner));
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = type, Body = body, PurgeAt = clock.GetUtcNow() + ResponseStore.Retention };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = type, Resource = row, Expect = Expect.Anything }] }, cancellationToken);
    }

    /// <exception cref="ApiException">404: there is none, or its time is over.</exception>
    public async Task<StoredChat> FindAsync(KeyOwner owner, string completion, CancellationToken cancellationToken) =>
        IsId(completion) && await store.FindAsync(IdOf(owner, completion).Key, cancellationToken) is { } row && row.PurgeAt > clock.GetUtcNow()
            ? Read(row)
            : throw ApiException.NotFound("completion_not_found", $"Chat completion '{completion}' not found. Only those asked for with 'store': true are kept, for {ResponseStore.Retention.Days} days.");

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(KeyOwner owner, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rows = await store.ListAsync(new() { Type = TypeOf(owner), KeyPrefix = owner.Id.Key + "/chatcompletions/", Deleted = true, Take = MostListed }, cancellationToken);
        return [.. rows.Where(row => row.PurgeAt > now).OrderByDescending(row => row.PurgeAt).ThenByDescending(row => row.Key, StringComparer.Ordinal).Select(row => Read(row).Completion)];
    }

    /// <summary>Gives it other metadata.</summary>
    public async Task<JsonObject> ChangeAsync(KeyOwner owner, string completion, JsonNode metadata, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var found = await FindAsync(owner, completion, cancellationToken);
            found.Completion["metadata"] = metadata.DeepClone();
            var changed = found.Row with { Body = BodyOf(found.Completion, found.Messages) };
            if ((await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(found.Row, changed)] }, cancellationToken)).Committed)
            {
                return found.Completion;
            }
        }

        throw ApiException.Conflict("completion_busy", $"Other writes of the chat completion '{completion}' came first {MaxTries} times. Nothing was written. Try again.");
    }

    public async Task DeleteAsync(KeyOwner owner, string completion, CancellationToken cancellationToken)
    {
        var found = await FindAsync(owner, completion, cancellationToken);
        await store.CommitAsync(new() { Resources = [new() { Key = found.Row.Key, Type = found.Row.Type, Expect = Expect.Anything }] }, cancellationToken);
    }

    private static StoredChat Read(StoredResource row)
    {
        var body = JsonNode.Parse(row.Body)!;
        return new(row, body["completion"]!.AsObject(), body["messages"]!.AsArray());
    }

    private static string BodyOf(JsonObject completion, JsonArray messages) => new JsonObject { ["completion"] = completion.DeepClone(), ["messages"] = messages.DeepClone() }.ToJsonString();

    private static ResourceId IdOf(KeyOwner owner, string completion) => owner.Id.Child("chatCompletions", completion);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
