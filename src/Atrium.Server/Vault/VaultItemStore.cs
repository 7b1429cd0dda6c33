using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>A secret or a key as it is kept: the document of its current version, and when it goes if it is deleted.</summary>
internal sealed record VaultItem(StoredResource Row)
{
    public ResourceId Id { get; } = ResourceId.Parse(Row.Id);

    public JsonObject Document { get; } = JsonNode.Parse(Row.Body)!.AsObject();

    public string Version => (string)Document["version"]!;
}

/// <summary>
/// What vaults keep, in the store. Each name is a row with its current version; each version is a row with its value encrypted beside it. Every change lands
/// whole, with its row of the activity log, or not at all.
/// </summary>
internal abstract class VaultItemStore(VaultKind kind, IAtriumStore store, TimeProvider clock)
{
    protected const string Value = "value";
    private const int MaxTries = 8;
    private const int PageSize = 100;

    public async ValueTask<VaultItem?> FindAsync(ResourceId vault, string name, CancellationToken cancellationToken) =>
        await store.FindAsync(kind.Of(vault, name).Key, cancellationToken) is { } row ? new(row) : null;

    public async ValueTask<VaultItem?> FindVersionAsync(ResourceId vault, string name, string version, CancellationToken cancellationToken) =>
        await store.FindAsync(kind.OfVersion(vault, name, version).Key, cancellationToken) is { } row ? new(row) : null;

    /// <summary>A version of a name that is not deleted; the current one where none is named.</summary>
    /// <exception cref="ApiException">404.</exception>
    public async ValueTask<VaultItem> DemandVersionAsync(ResourceId vault, string name, string? version, CancellationToken cancellationToken)
    {
        var head = await FindAsync(vault, name, cancellationToken);
        return head is { Row.PurgeAt: null } && await FindVersionAsync(vault, name, string.IsNullOrEmpty(version) ? head.Version : version, cancellationToken) is { } kept
            ? kept
            : throw kind.NotFound(name, version);
    }

    /// <summary>The value of a version; the reading is in the activity log before the value is out.</summary>
    public async ValueTask<string> ReadValueAsync(VaultItem version, ActivityRow log, CancellationToken cancellationToken)
    {
        var value = await OpenValueAsync(version, cancellationToken);
        await LogAsync(log, cancellationToken);
        return value;
    }

    /// <summary>The value of a version, for what does not let it out.</summary>
    protected async ValueTask<string> OpenValueAsync(VaultItem version, CancellationToken cancellationToken)
    {
        var sealedValue = await store.FindSecretAsync(version.Row.Key, Value, cancellationToken)
            ?? throw new InvalidOperationException($"'{version.Row.Id}' has no value.");
        return await DecryptAsync(version.Row.Key, sealedValue, cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredResource>> ListAsync(ResourceId vault, bool deleted, string? after, int take, CancellationToken cancellationToken) =>
        store.ListAsync(new() { Type = kind.Row, KeyPrefix = $"{vault.Key}/{kind.Collection}/", Deleted = deleted, After = after, Take = take }, cancellationToken);

    /// <summary>The deleted ones of all vaults.</summary>
    public ValueTask<IReadOnlyList<StoredResource>> ListDeletedAsync(string? after, int take, CancellationToken cancellationToken) =>
        store.ListAsync(new() { Type = kind.Row, Deleted = true, After = after, Take = take }, cancellationToken);

    public ValueTask<IReadOnlyList<StoredResource>> ListVersionsAsync(ResourceId vault, string name, string? after, int take, CancellationToken cancellationToken) =>
        store.ListAsync(new() { Type = kind.VersionRow, KeyPrefix = kind.Of(vault, name).Key + "/versions/", After = after, Take = take }, cancellationToken);

    /// <summary>A new version, which becomes the current one.</summary>
    /// <exception cref="ApiException">409: a deleted one has the name.</exception>
    public async Task<VaultItem> SetAsync(ResourceId vault, string name, string value, JsonObject document, ActivityRow log, CancellationToken cancellationToken)
    {
        document["version"] = VaultKind.NewVersion();
        for (var attempt = 1; ; attempt++)
        {
            var before = await FindAsync(vault, name, cancellationToken);
            DemandLive(before, name);
            var commit = await ComposeAsync(before?.Id ?? kind.Of(vault, name), before, value, document, cancellationToken) with { Activity = [log] };
            if ((await store.CommitAsync(commit, cancellationToken)).Committed)
            {
                return new(commit.Resources[1].Resource!);
            }

            Again(attempt, name);
        }
    }

    /// <summary>The value of a version as it is kept.</summary>
    /// <param name="name">Of the item.</param>
    /// <param name="place">Key of the version's row, to which the ciphertext is bound.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the look-up of a key.</param>
    protected abstract ValueTask<byte[]> EncryptAsync(string name, string place, string value, CancellationToken cancellationToken);

    /// <summary>The value of a version that is kept at a place.</summary>
    protected abstract ValueTask<string> DecryptAsync(string place, byte[] ciphertext, CancellationToken cancellationToken);

    /// <summary>What a new version writes: the name, which has it as its current one, and the version with its value.</summary>
    public async ValueTask<Commit> ComposeAsync(ResourceId id, VaultItem? before, string value, JsonObject document, CancellationToken cancellationToken)
    {
        var head = Row(id, kind.Row, document);
        var version = Row(id.Child("versions", (string)document["version"]!), kind.VersionRow, document);
        return new()
        {
            Resources = [Write(before?.Row, head), Write(null, version)],
            Secrets = [new(version.Key, Value, await EncryptAsync(id.Name, version.Key, value, cancellationToken))],
        };
    }

    /// <summary>Changes what a version says of itself.</summary>
    public async Task<VaultItem?> UpdateAsync(ResourceId vault, string name, string? version, Action<JsonObject> change, ActivityRow log, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(vault, name, cancellationToken) is not { Row.PurgeAt: null } head
                || await FindVersionAsync(vault, name, version ?? head.Version, cancellationToken) is not { } found)
            {
                return null;
            }

            change(found.Document);
            var changed = found.Row with { Body = found.Document.ToJsonString() };
            var writes = new List<ResourceWrite> { Write(found.Row, changed) };
            if (head.Version == found.Version)
            {
                writes.Add(Write(head.Row, head.Row with { Body = changed.Body }));
            }

            if ((await store.CommitAsync(new() { Resources = writes, Activity = [log] }, cancellationToken)).Committed)
            {
                return new(changed);
            }

            Again(attempt, name);
        }
    }

    /// <summary>Deletes for as long as it can be recovered, or takes it back (<paramref name="purgeAt"/> null).</summary>
    /// <returns>Null where there is none that is live, or deleted.</returns>
    public async Task<VaultItem?> MarkAsync(ResourceId vault, string name, DateTimeOffset? purgeAt, ActivityRow log, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(vault, name, cancellationToken) is not { } found || found.Row.PurgeAt is null == purgeAt is null || found.Row.PurgeAt <= clock.GetUtcNow())
            {
                return null;
            }

            if (purgeAt is null)
            {
                found.Document.Remove("deletedDate");
            }
            else
            {
                found.Document["deletedDate"] = clock.GetUtcNow().ToUnixTimeSeconds();
            }

            var marked = found.Row with { PurgeAt = purgeAt, Body = found.Document.ToJsonString() };
            if ((await store.CommitAsync(new() { Resources = [Write(found.Row, marked)], Activity = [log] }, cancellationToken)).Committed)
            {
                return new(marked);
            }

            Again(attempt, name);
        }
    }

    /// <summary>Takes a deleted one away with all its versions. The name goes last, so that a crash in between leaves it to be purged again.</summary>
    public async Task PurgeAsync(StoredResource item, ActivityRow? log, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = kind.VersionRow, KeyPrefix = item.Key + "/versions/", Take = PageSize };
        while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
        {
            await store.CommitAsync(new() { Resources = [.. page.Select(Removal)] }, cancellationToken);
        }

        await store.CommitAsync(new() { Resources = [Removal(item), .. RemoveWith(ResourceId.Parse(item.Id))], Activity = log is null ? [] : [log] }, cancellationToken);
    }

    /// <summary>Every version with its value, oldest first: for a backup.</summary>
    public async Task<JsonArray> ExportAsync(ResourceId vault, string name, CancellationToken cancellationToken)
    {
        var versions = new List<JsonObject>();
        string? after = null;
        while (await ListVersionsAsync(vault, name, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                var document = JsonNode.Parse(row.Body)!.AsObject();
                document[Value] = await DecryptAsync(row.Key, (await store.FindSecretAsync(row.Key, Value, cancellationToken))!, cancellationToken);
                versions.Add(document);
            }

            after = page[^1].Key;
        }

        return [.. versions.OrderBy(v => (long)v["attributes"]!["created"]!)];
    }

    /// <summary>Leaves a row in the activity log, for what changes nothing.</summary>
    public async ValueTask LogAsync(ActivityRow log, CancellationToken cancellationToken) => await store.CommitAsync(new() { Activity = [log] }, cancellationToken);

    /// <summary>Makes one of a backup.</summary>
    /// <param name="vault">Where.</param>
    /// <param name="name">As it was backed up.</param>
    /// <param name="versions">Of <see cref="ExportAsync"/>.</param>
    /// <param name="current">The version that was the current one.</param>
    /// <param name="log">For the activity log.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    /// <returns>Null where the name is taken, also by a deleted one.</returns>
    public async Task<VaultItem?> ImportAsync(ResourceId vault, string name, JsonArray versions, string current, ActivityRow log, CancellationToken cancellationToken)
    {
        var id = kind.Of(vault, name);
        var (writes, secrets) = (new List<ResourceWrite>(), new List<SecretWrite>());
        JsonObject? head = null;
        foreach (var version in versions.OfType<JsonObject>())
        {
            var document = version.DeepClone().AsObject();
            var value = (string)document[Value]!;
            document.Remove(Value);
            var row = Row(id.Child("versions", (string)document["version"]!), kind.VersionRow, document);
            writes.Add(Write(null, row));
            secrets.Add(new(row.Key, Value, await EncryptAsync(name, row.Key, value, cancellationToken)));
            head = (string?)document["version"] == current ? document : head ?? document;
        }

        var secret = Row(id, kind.Row, head!);
        var commit = new Commit { Resources = [Write(null, secret), .. writes], Secrets = secrets, Activity = [log] };
        return (await store.CommitAsync(commit, cancellationToken)).Committed ? new(secret) : null;
    }

    private void DemandLive(VaultItem? item, string name)
    {
        if (item is { Row.PurgeAt: not null })
        {
            throw ApiException.Conflict("Conflict", $"{kind.Word} {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the {kind.Word.ToLowerInvariant()} can only be recovered or purged.");
        }
    }

    private void Again(int attempt, string name)
    {
        if (attempt == MaxTries)
        {
            throw ApiException.Conflict("Conflict", $"{kind.Word} {name} was changed by others at each of {MaxTries} tries. Nothing was written. Try again.");
        }
    }

    /// <summary>By what a row is found without its vault; null where it is not.</summary>
    protected virtual string? LinkOf(ResourceId id) => null;

    /// <summary>What goes with a purged one besides its versions.</summary>
    protected virtual IEnumerable<ResourceWrite> RemoveWith(ResourceId item) => [];

    private StoredResource Row(ResourceId id, string type, JsonObject document) => new() { Key = id.Key, Id = id.Text, Type = type, Body = document.ToJsonString(), Link = LinkOf(id) };

    protected static ResourceWrite Write(StoredResource? before, StoredResource after) => before is null
        ? new() { Key = after.Key, Type = after.Type, Resource = after, Expect = Expect.Nothing }
        : ResourceWriter.Replace(before, after);

    private static ResourceWrite Removal(StoredResource row) => new() { Key = row.Key, Type = row.Type, Expect = Expect.Anything };
}
