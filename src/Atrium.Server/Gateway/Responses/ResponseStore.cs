using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Responses.Background;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;

namespace Atrium.Server.Gateway.Responses;

/// <summary>A response that is kept, with the items that it answered.</summary>
internal sealed record KeptResponse(StoredResource Row, JsonObject Response, JsonArray Items);

/// <summary>Responses that are kept, each under the account or project whose key or token asked for it; nobody else finds it.</summary>
internal sealed class ResponseStore(IAtriumStore store, JobStore jobs, TimeProvider clock)
{
    /// <summary>As published.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    public static readonly string[] Types = [$"{AccountType.TypeName}/responses", $"{Workspaces.Type}/responses"];
    private const int LongestChain = 500;
    private const int MostBytes = 8 * 1024 * 1024;

    public async Task SaveAsync(KeyOwner owner, ResponseDocument response, JsonArray items, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["response"] = response.Body.DeepClone(), ["items"] = items.DeepClone() }.ToJsonString();
        DemandRoom(body.Length);
        var (id, type) = (IdOf(owner, response.Id), TypeOf(owner));
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = type, Body = body, PurgeAt = clock.GetUtcNow() + Retention };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
    }

    /// <exception cref="ApiException">400: a response of that length is not kept.</exception>
    public static void DemandRoom(int length)
    {
        if (length > MostBytes)
        {
            throw ApiException.BadRequest("response_too_large", "The response and its input are too large to be kept. Send 'store': false.", "store");
        }
    }

    /// <exception cref="ApiException">404: there is none, or its time is over.</exception>
    public async Task<KeptResponse> FindAsync(KeyOwner owner, string response, string? target, CancellationToken cancellationToken)
    {
        var isId = response.StartsWith("resp_", StringComparison.Ordinal) && response.Length <= 128;
        if (isId && await jobs.FindAsync(owner, BackgroundResponse.Kind, response, cancellationToken) is { } job)
        {
            return target is null || BackgroundResponse.HasEnded(job.View)
                ? new(job.Row, job.View, job.Request["items"]!.AsArray())
                : throw ApiException.BadRequest("previous_response_not_ready", $"Previous response with id '{response}' is {job.View["status"]}.", target);
        }

        if (!isId || await store.FindAsync(IdOf(owner, response).Key, cancellationToken) is not { } row || row.PurgeAt <= clock.GetUtcNow())
        {
            throw target is null
                ? ApiException.NotFound("response_not_found", $"Response with id '{response}' not found.")
                : ApiException.BadRequest("previous_response_not_found", $"Previous response with id '{response}' not found.", target);
        }

        var document = JsonNode.Parse(row.Body)!.AsObject();
        return new(row, document["response"]!.AsObject(), document["items"]!.AsArray());
    }

    public async Task DeleteAsync(KeyOwner owner, string response, CancellationToken cancellationToken)
    {
        var found = await FindAsync(owner, response, target: null, cancellationToken);
        await store.CommitAsync(new() { Resources = [new() { Key = found.Row.Key, Type = found.Row.Type, Expect = Expect.Anything }] }, cancellationToken);
    }

    /// <summary>What was said before: input and output of the response and of those that it went on from, oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ItemsUpToAsync(KeyOwner owner, string? response, CancellationToken cancellationToken)
    {
        var chain = new List<KeptResponse>();
        for (var next = response; next is not null; next = (string?)chain[^1].Response["previous_response_id"])
        {
            if (chain.Count == LongestChain)
            {
                throw ApiException.BadRequest("conversation_too_long", $"The conversation has more than {LongestChain} responses. Begin a new one.", "previous_response_id");
            }

            chain.Add(await FindAsync(owner, next, "previous_response_id", cancellationToken));
        }

        chain.Reverse();
        return [.. chain.SelectMany(kept => kept.Items.Concat(kept.Response["output"]!.AsArray())).OfType<JsonObject>()];
    }

    private static ResourceId IdOf(KeyOwner owner, string response) => owner.Id.Child("responses", response);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
