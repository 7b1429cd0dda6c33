using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Writes blocklists: load, decide, save. Each write moves the version of the list, so two writers at once cannot lose an item or a count.</summary>
internal sealed class BlocklistStore(IAtriumStore store, TimeProvider clock)
{
    private const int PageSize = 500;

    /// <summary>How often a write is tried again when another writer was faster.</summary>
    private const int MaxTries = 20;

    /// <summary>Makes or changes a list of the caller's own account or project.</summary>
    /// <param name="call">Who.</param>
    /// <param name="name">Checked.</param>
    /// <param name="change">The merge patch, checked.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<(Blocklist List, bool IsCreated)> SaveAsync(GatewayCall call, string name, JsonObject change, CancellationToken cancellationToken)
    {
        var id = Blocklist.IdOf(call.Owner.Id, name);
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var before = await FindAsync(id, cancellationToken);
            if (before is null && (await OwnAsync(call, cancellationToken)).Count >= BlocklistLimits.Lists)
            {
                throw ApiException.BadRequest("InvalidRequestBody", $"There are {BlocklistLimits.Lists} blocklists here, which is the most. Delete one first.", "blocklistName");
            }

            var after = before ?? new(id, null, 0, 0, 0);
            after = change.ContainsKey("description") ? after with { Description = (string?)change["description"] } : after;
            var status = before is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            if (await CommitAsync(call, after.Id, "write", status, [after.Write()], cancellationToken))
            {
                return (after, before is null);
            }
        }

        throw Busy(name);
    }

    /// <summary>Deletes a list with its items, in one transaction. One that is not there is deleted already.</summary>
    public async Task DeleteAsync(GatewayCall call, string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await FindAsync(Blocklist.IdOf(call.Owner.Id, name), cancellationToken) is not { } list)
            {
                return;
            }

            List<ResourceWrite> writes = [list.Remove()];
            await foreach (var item in RowsAsync(list, cancellationToken))
            {
                writes.Add(new() { Key = item.Stored.Key, Type = item.Stored.Type, Expect = Expect.Anything });
            }

            if (await CommitAsync(call, list.Id, "delete", StatusCodes.Status204NoContent, writes, cancellationToken))
            {
                return;
            }
        }

        throw Busy(name);
    }

    public async Task<Blocklist> AddAsync(GatewayCall call, string name, IReadOnlyList<BlocklistItem> items, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var list = await DemandOwnAsync(call, name, cancellationToken);
            var added = await MissingAsync(list, items, cancellationToken);
            var after = list with { Items = list.Items + added.Count, Patterns = list.Patterns + added.Count(i => i.IsRegex) };
            await DemandRoomAsync(call, after, cancellationToken);

            // Of two items in a call that are one, the later one stays.
            var writes = items.Select(i => i.WriteIn(list)).GroupBy(w => w.Key).Select(same => same.Last());
            if (await CommitAsync(call, list.Id, "write", StatusCodes.Status200OK, [after.Write(), .. writes], cancellationToken))
            {
                return list;
            }
        }

        throw Busy(name);
    }

    /// <summary>Ids that the list does not have are removed already.</summary>
    public async Task RemoveAsync(GatewayCall call, string name, IReadOnlyCollection<string> itemIds, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var list = await DemandOwnAsync(call, name, cancellationToken);
            var found = new List<Resource>();
            foreach (var id in itemIds.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (await store.FindAsync(BlocklistItem.RowOf(list, id).Key, cancellationToken) is { } row)
                {
                    found.Add(new(row));
                }
            }

            var after = list with { Items = list.Items - found.Count, Patterns = list.Patterns - found.Count(row => BlocklistItem.Read(row).IsRegex) };
            var writes = found.Select(row => new ResourceWrite { Key = row.Stored.Key, Type = row.Stored.Type, Expect = Expect.Anything });
            if (found.Count == 0 || await CommitAsync(call, list.Id, "write", StatusCodes.Status204NoContent, [after.Write(), .. writes], cancellationToken))
            {
                return;
            }
        }

        throw Busy(name);
    }

    public async ValueTask<BlocklistItem?> FindItemAsync(Blocklist list, string itemId, CancellationToken cancellationToken) =>
        await store.FindAsync(BlocklistItem.RowOf(list, itemId).Key, cancellationToken) is { } row ? BlocklistItem.Read(new(row)) : null;

    /// <summary>A page of items in the order of their ids.</summary>
    /// <param name="list">Whose.</param>
    /// <param name="after">Id of the item before the page; null for the first page.</param>
    /// <param name="take">At most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<IReadOnlyList<(string Id, BlocklistItem Item)>> ListItemsAsync(Blocklist list, string? after, int take, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = BlocklistItem.TypeIn(list), KeyPrefix = list.Id.ChildPrefix, Take = take, After = after is null ? null : BlocklistItem.RowOf(list, after).Key };
        return [.. (await store.ListAsync(query, cancellationToken)).Select(row => new Resource(row)).Select(row => (row.Id.Name, BlocklistItem.Read(row)))];
    }

    /// <summary>All items with their ids.</summary>
    public async IAsyncEnumerable<(string Id, BlocklistItem Item)> AllItemsAsync(
        Blocklist list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in RowsAsync(list, cancellationToken))
        {
            yield return (row.Id.Name, BlocklistItem.Read(row));
        }
    }

    private async ValueTask<Blocklist?> FindAsync(ResourceId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id.Key, cancellationToken) is { } row ? Blocklist.Read(new(row)) : null;

    private async ValueTask<Blocklist> DemandOwnAsync(GatewayCall call, string name, CancellationToken cancellationToken) =>
        await FindAsync(Blocklist.IdOf(call.Owner.Id, name), cancellationToken)
        ?? throw ApiException.NotFound("ResourceNotFound", $"There is no blocklist '{name}' of this {(call.Owner.IsProject ? "project" : "account")}.");

    private async Task<List<Blocklist>> OwnAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var prefix = call.Owner.Id.ChildPrefix;
        var type = Blocklist.IdOf(call.Owner.Id, "any").Type.ToLowerInvariant();
        return [.. (await store.ListAsync(new() { Type = type, KeyPrefix = prefix, Take = BlocklistLimits.Lists }, cancellationToken)).Select(row => Blocklist.Read(new(row)))];
    }

    private IAsyncEnumerable<Resource> RowsAsync(Blocklist list, CancellationToken cancellationToken) =>
        new ResourceReader(store).AllAsync(new() { Type = BlocklistItem.TypeIn(list), KeyPrefix = list.Id.ChildPrefix, Take = PageSize }, cancellationToken);

    private async Task<List<BlocklistItem>> MissingAsync(Blocklist list, IReadOnlyList<BlocklistItem> items, CancellationToken cancellationToken)
    {
        var missing = new List<BlocklistItem>();
        foreach (var item in items.DistinctBy(i => i.IdIn(list)))
        {
            if (await store.FindAsync(BlocklistItem.RowOf(list, item.IdIn(list)).Key, cancellationToken) is null)
            {
                missing.Add(item);
            }
        }

        return missing;
    }

    private async Task DemandRoomAsync(GatewayCall call, Blocklist after, CancellationToken cancellationToken)
    {
        var lists = (await OwnAsync(call, cancellationToken)).Where(l => l.Id != after.Id).Append(after).ToList();
        if (lists.Sum(l => l.Items) > BlocklistLimits.Items)
        {
            throw ApiException.BadRequest("InvalidRequestBody", $"The blocklists here would have {lists.Sum(l => l.Items)} items together; {BlocklistLimits.Items} is the most.", "blocklistItems");
        }

        if (lists.Sum(l => l.Patterns) > BlocklistLimits.Patterns)
        {
            throw ApiException.BadRequest(
                "InvalidRequestBody", $"The blocklists here would have {lists.Sum(l => l.Patterns)} regular expressions together; {BlocklistLimits.Patterns} is the most.", "blocklistItems");
        }
    }

    private async Task<bool> CommitAsync(GatewayCall call, ResourceId list, string verb, int status, IReadOnlyList<ResourceWrite> writes, CancellationToken cancellationToken)
    {
        var row = new ActivityRow
        {
            Time = clock.GetUtcNow(),
            Operation = Blocklist.ActionOf(verb),
            ResourceId = list.Text,
            Caller = call.CallerName,
            CorrelationId = CorrelationId.Of(call.Http),
            Status = "Succeeded",
            HttpStatus = status,
        };
        return (await store.CommitAsync(new() { Resources = writes, Activity = [row] }, cancellationToken)).Committed;
    }

    private static ApiException Busy(string name) =>
        ApiException.Conflict("ServerBusy", $"Other writes of the blocklist '{name}' came first {MaxTries} times. Nothing was written. Try again.");
}
