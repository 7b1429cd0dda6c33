using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>
/// Jobs in the store. One that is not at its end has a second row, the place in the queue, which names the node that works on it, until when and for the how manieth
/// time; whoever changes that row has the work.
/// </summary>
internal sealed class JobStore(IAtriumStore store, TimeProvider clock)
{
    public const string QueueType = "atrium.internal/jobs";
    private const int MostListed = 10_000;
    private const int MaxTries = 20;

    /// <summary>Keeps a job and queues it. False where one of that id is there.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="kind">Name of its kind.</param>
    /// <param name="id">The last segment of its id.</param>
    /// <param name="caller">By which key or principal it is asked for.</param>
    /// <param name="view">What callers see.</param>
    /// <param name="request">What only the work needs to know.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> AddAsync(KeyOwner owner, string kind, string id, string caller, JsonObject view, JsonObject request, CancellationToken cancellationToken)
    {
        var resource = IdOf(owner, kind, id);
        var row = new StoredResource { Key = resource.Key, Id = resource.Text, Type = TypeOf(owner, kind), Body = KeptJob.Body(view, request, caller) };
        return (await store.CommitAsync(new() { Resources = [Insert(row), Insert(NewPlace(row.Key, clock.GetUtcNow()))] }, cancellationToken)).Committed;
    }

    public ValueTask<KeptJob?> FindAsync(KeyOwner owner, string kind, string id, CancellationToken cancellationToken) => FindAsync(KeyOf(owner, kind, id), cancellationToken);

    public async ValueTask<KeptJob?> FindAsync(string key, CancellationToken cancellationToken) => await store.FindAsync(key, cancellationToken) is { } row ? new(row) : null;

    /// <summary>Key of a job, also of one that is still to be kept.</summary>
    public static string KeyOf(KeyOwner owner, string kind, string id) => IdOf(owner, kind, id).Key;

    /// <summary>In the order of their ids.</summary>
    public async Task<IReadOnlyList<KeptJob>> ListAsync(KeyOwner owner, string kind, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Type = TypeOf(owner, kind), KeyPrefix = $"{owner.Id.Key}/{kind}/", Take = MostListed }, cancellationToken)).Select(row => new KeptJob(row))];

    /// <summary>All of a kind, whosever they are, page by page.</summary>
    public async Task<IReadOnlyList<KeptJob>> ListAllAsync(string type, string? after, int take, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Type = type.ToLowerInvariant(), After = after, Take = take }, cancellationToken)).Select(row => new KeptJob(row))];

    /// <summary>Changes what callers see; the change may be asked for again when another writer was faster.</summary>
    /// <param name="key">The job's.</param>
    /// <param name="change">Changes the view, or answers false to leave it.</param>
    /// <param name="isEnd">Whether the job is over with this.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where the job has gone, or the change says so.</returns>
    public Task<KeptJob?> ChangeAsync(string key, Func<JsonObject, bool> change, bool isEnd, CancellationToken cancellationToken) =>
        ChangeAsync(key, change, isEnd ? WithoutPlace(key) : null, cancellationToken);

    /// <summary>Changes what callers see and has the work done from the start, whether it had ended or is under way: it loses its place to the new one.</summary>
    /// <param name="key">The job's.</param>
    /// <param name="change">Changes the view, or answers false to leave it, and the queue too.</param>
    /// <param name="at">From when on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where the job has gone, or the change says so.</returns>
    public Task<KeptJob?> ChangeAndQueueAsync(string key, Func<JsonObject, bool> change, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(key, change, WithoutPlace(key) with { Resource = NewPlace(key, at) }, cancellationToken);

    /// <summary>The place needs no version of its own: it is written with the row, whose version is what was read.</summary>
    private async Task<KeptJob?> ChangeAsync(string key, Func<JsonObject, bool> change, ResourceWrite? place, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await FindAsync(key, cancellationToken) is not { } found || !change(found.View))
            {
                return null;
            }

            var changed = found.Changed();
            var write = ResourceWriter.Replace(found.Row, changed);
            if ((await store.CommitAsync(new() { Resources = place is null ? [write] : [write, place] }, cancellationToken)).Committed)
            {
                return new(changed);
            }
        }

        throw new InvalidOperationException($"'{key}' changed at each of {MaxTries} tries to change it.");
    }

    /// <summary>Forgets a job. One that is under way notices and ends.</summary>
    public async Task RemoveAsync(KeptJob job, CancellationToken cancellationToken) => await store.CommitAsync(
        new()
        {
            Resources =
            [
                new() { Key = job.Row.Key, Type = job.Row.Type, Expect = Expect.Anything },
                WithoutPlace(job.Row.Key),
            ],
        },
        cancellationToken);

    /// <summary>The places in the queue, the longest waiting first; those of jobs that have gone with their owners among them.</summary>
    public async Task<IReadOnlyList<StoredResource>> QueueAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Type = QueueType, Take = MostListed }, cancellationToken)).OrderBy(place => JobPlace.Read(place).At)];

    /// <summary>Takes the job of a place, or keeps one that this node has already. Null where another node has it, or it has gone.</summary>
    public async Task<KeptJob?> LeaseAsync(StoredResource place, string node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var held = JobPlace.Read(place);
        var now = clock.GetUtcNow();
        if (held.Node != node && held.Until > now)
        {
            return null;
        }

        var taken = place with { Body = (held with { Node = node, Until = now + lease, Tries = held.Tries + 1 }).ToJson() };
        if (!(await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(place, taken)] }, cancellationToken)).Committed)
        {
            return null;
        }

        if (await FindAsync(place.Link!, cancellationToken) is { } job)
        {
            return job;
        }

        await store.CommitAsync(new() { Resources = [WithoutPlace(place.Link!)] }, cancellationToken);
        return null;
    }

    /// <summary>Keeps a job that this node works on. False when it is another's, or has gone.</summary>
    public async Task<bool> RenewAsync(KeptJob job, string node, TimeSpan lease, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(PlaceKey(job.Row.Key), cancellationToken) is not { } place || JobPlace.Read(place) is not { } held || held.Node != node)
        {
            return false;
        }

        var kept = place with { Body = (held with { Until = clock.GetUtcNow() + lease }).ToJson() };
        return (await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(place, kept)] }, cancellationToken)).Committed;
    }

    /// <summary>One name for one job of one owner, in one segment.</summary>
    private static string PlaceKey(string key) => $"/providers/{QueueType}/{key.TrimStart('/').Replace('/', '|')}";

    private static StoredResource NewPlace(string key, DateTimeOffset at) =>
        new() { Key = PlaceKey(key), Id = PlaceKey(key), Type = QueueType, Body = new JobPlace(at, null, null, 0).ToJson(), Link = key };

    private static ResourceWrite WithoutPlace(string key) => new() { Key = PlaceKey(key), Type = QueueType, Expect = Expect.Anything };

    private static ResourceWrite Insert(StoredResource row) => new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing };

    private static ResourceId IdOf(KeyOwner owner, string kind, string id) => owner.Id.Child(kind, id);

    private static string TypeOf(KeyOwner owner, string kind) => JobTypes.Of(kind)[owner.IsProject ? 1 : 0].ToLowerInvariant();
}

/// <summary>A place in the queue.</summary>
/// <param name="At">Since when it waits; before that it is not taken.</param>
/// <param name="Node">Who works on it; null for nobody yet.</param>
/// <param name="Until">Till when that node has it.</param>
/// <param name="Tries">How often somebody began.</param>
internal sealed record JobPlace(DateTimeOffset At, string? Node, DateTimeOffset? Until, int Tries)
{
    public static JobPlace Read(StoredResource place)
    {
        var body = JsonNode.Parse(place.Body)!.AsObject();
        return new(body["at"]!.GetValue<DateTimeOffset>(), (string?)body["node"], body["until"]?.GetValue<DateTimeOffset>(), (int)body["tries"]!);
    }

    public string ToJson() => new JsonObject { ["at"] = At, ["node"] = Node, ["until"] = Until, ["tries"] = Tries }.ToJsonString();
}
