using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Batches;

/// <summary>A batch as it is kept: what callers see, and by which key or principal it was asked for.</summary>
internal sealed record KeptBatch(StoredResource Row)
{
    public JsonObject Document { get; } = JsonNode.Parse(Row.Body)!.AsObject();

    public JsonObject View => Document["batch"]!.AsObject();

    public string Id => (string)View["id"]!;

    public string Status => (string)View["status"]!;

    public string Caller => (string)Document["caller"]!;

    /// <summary>Key of the account or project.</summary>
    public string Owner => Row.Key[..Row.Key.LastIndexOf("/batches/", StringComparison.Ordinal)];
}

/// <summary>
/// Batches in the store. One that is not at its end has a second row, the place in the queue, which names the node that works on it and until when; whoever changes
/// that row has the work.
/// </summary>
internal sealed class BatchStore(IAtriumStore store, TimeProvider clock)
{
    public const string Prefix = "batch_";
    public const string QueueType = "atrium.internal/batches";
    public static readonly string[] Types = [$"{AccountType.TypeName}/batches", $"{Workspaces.Type}/batches"];
    private const int MostListed = 10_000;
    private const int MaxTries = 20;
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public async Task<JsonObject> AddAsync(KeyOwner owner, string caller, string file, string endpoint, JsonNode? metadata, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var view = new JsonObject
        {
            ["id"] = FileIds.New(Prefix, now),
            ["object"] = "batch",
            ["endpoint"] = endpoint,
            ["errors"] = null,
            ["input_file_id"] = file,
            ["completion_window"] = "24h",
            ["status"] = "validating",
            ["output_file_id"] = null,
            ["error_file_id"] = null,
            ["created_at"] = now.ToUnixTimeSeconds(),
            ["in_progress_at"] = null,
            ["expires_at"] = (now + Window).ToUnixTimeSeconds(),
            ["finalizing_at"] = null,
            ["completed_at"] = null,
            ["failed_at"] = null,
            ["expired_at"] = null,
            ["cancelling_at"] = null,
            ["cancelled_at"] = null,
            ["request_counts"] = new JsonObject { ["total"] = 0, ["completed"] = 0, ["failed"] = 0 },
            ["metadata"] = metadata?.DeepClone(),
        };
        var id = IdOf(owner, (string)view["id"]!);
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = TypeOf(owner), Body = new JsonObject { ["batch"] = view.DeepClone(), ["caller"] = caller }.ToJsonString() };
        await store.CommitAsync(new() { Resources = [Insert(row), Insert(Place((string)view["id"]!, row.Key))] }, cancellationToken);
        return view;
    }

    public async ValueTask<KeptBatch?> FindAsync(KeyOwner owner, string batch, CancellationToken cancellationToken) =>
        FileIds.IsId(Prefix, batch) ? await FindAsync(IdOf(owner, batch).Key, cancellationToken) : null;

    public async ValueTask<KeptBatch?> FindAsync(string key, CancellationToken cancellationToken) => await store.FindAsync(key, cancellationToken) is { } row ? new(row) : null;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(KeyOwner owner, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Type = TypeOf(owner), KeyPrefix = owner.Id.Key + "/batches/", Take = MostListed }, cancellationToken)).Select(row => new KeptBatch(row).View)];

    /// <summary>Changes a batch; the change may be asked for again when another writer was faster.</summary>
    /// <returns>Null where the batch has gone, or the change says so.</returns>
    public async Task<KeptBatch?> ChangeAsync(string key, Func<JsonObject, bool> change, bool isEnd, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await FindAsync(key, cancellationToken) is not { } found || !change(found.View))
            {
                return null;
            }

            var changed = found.Row with { Body = found.Document.ToJsonString() };
            List<ResourceWrite> writes = [ResourceWriter.Replace(found.Row, changed)];
            if (isEnd)
            {
                writes.Add(new() { Key = PlaceKey(found.Id), Type = QueueType, Expect = Expect.Anything });
            }

            if ((await store.CommitAsync(new() { Resources = writes }, cancellationToken)).Committed)
            {
                return new(changed);
            }
        }

        throw new InvalidOperationException($"'{key}' changed at each of {MaxTries} tries to change it.");
    }

    /// <summary>A batch that no other node works on; it is this node's until then.</summary>
    public async Task<KeptBatch?> LeaseAsync(string node, TimeSpan lease, IReadOnlySet<string> mine, CancellationToken cancellationToken)
    {
        foreach (var place in await store.ListAsync(new() { Type = QueueType, Take = MostListed }, cancellationToken))
        {
            if (mine.Contains(place.Link!) || !await TakeAsync(place, node, lease, cancellationToken))
            {
                continue;
            }

            if (await FindAsync(place.Link!, cancellationToken) is { } batch)
            {
                return batch;
            }

            // Its owner has gone, and the batch with it.
            await store.CommitAsync(new() { Resources = [new() { Key = place.Key, Type = QueueType, Expect = Expect.Anything }] }, cancellationToken);
        }

        return null;
    }

    /// <summary>Keeps a batch that this node works on. False when it is another's.</summary>
    public async Task<bool> RenewAsync(KeptBatch batch, string node, TimeSpan lease, CancellationToken cancellationToken) =>
        await store.FindAsync(PlaceKey(batch.Id), cancellationToken) is { } place && await TakeAsync(place, node, lease, cancellationToken);

    private async Task<bool> TakeAsync(StoredResource place, string node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var held = JsonNode.Parse(place.Body)!.AsObject();
        var now = clock.GetUtcNow();
        if ((string?)held["node"] != node && held["until"]?.GetValue<DateTimeOffset>() > now)
        {
            return false;
        }

        var taken = place with { Body = new JsonObject { ["node"] = node, ["until"] = now + lease }.ToJsonString() };
        return (await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(place, taken)] }, cancellationToken)).Committed;
    }

    private static StoredResource Place(string batch, string key) => new() { Key = PlaceKey(batch), Id = PlaceKey(batch), Type = QueueType, Body = "{}", Link = key };

    private static string PlaceKey(string batch) => $"/providers/{QueueType}/{batch}";

    private static ResourceWrite Insert(StoredResource row) => new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing };

    private static ResourceId IdOf(KeyOwner owner, string batch) => owner.Id.Child("batches", batch);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
