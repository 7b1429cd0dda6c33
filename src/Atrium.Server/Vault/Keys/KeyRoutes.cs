using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>The data plane of a vault's keys (Key Vault REST, Keys, 7.0 and later), but for their use: <c>/vaults/{vault}/keys/...</c>, or at the root of the vault's own host.</summary>
internal sealed class KeyRoutes(VaultAccess access, KeyPlaces places, KeyStore keys, KeyMaker maker, VaultBackup backups, TimeProvider clock)
{
    private static readonly VaultKind Kind = VaultKind.Keys;

    public async Task<IResult> CreateAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Create, cancellationToken);
        var (spec, document) = KeyBody.ReadCreate(await VaultRequests.ReadAsync(context.Request, cancellationToken), clock.GetUtcNow());
        var pair = await maker.MakeAsync(spec, cancellationToken);
        return await SetAsync(context, found, caller, key, pair, document, KeyRight.Create, cancellationToken);
    }

    public async Task<IResult> ImportAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Import, cancellationToken);
        var (pair, document) = KeyBody.ReadImport(await VaultRequests.ReadAsync(context.Request, cancellationToken), clock.GetUtcNow());
        return await SetAsync(context, found, caller, key, pair, document, KeyRight.Import, cancellationToken);
    }

    public async Task<IResult> GetAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        vault ??= await places.FindAsync(context, key, version, KeyRight.Get, cancellationToken);
        var (found, _) = await OpenAsync(context, vault, key, KeyRight.Get, cancellationToken);
        var kept = await keys.DemandVersionAsync(found.Id, key, version, cancellationToken);
        return Results.Json(KeyView.Bundle(context.Request, found, key, kept.Document));
    }

    public async Task<IResult> UpdateAsync(string vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Update, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var changed = await keys.UpdateAsync(
            found.Id, key, version, document => KeyBody.Apply(document, body, clock.GetUtcNow()), Log(context, caller, found, key, KeyRight.Update), cancellationToken)
            ?? throw Kind.NotFound(key, version);
        return Results.Json(KeyView.Bundle(context.Request, found, key, changed.Document));
    }

    public async Task<IResult> ListAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, KeyRight.List, cancellationToken);
        return await VaultRequests.PageAsync(
            context,
            (after, take) => keys.ListAsync(found.Id, deleted: false, after, take, cancellationToken),
            kept => KeyView.Item(context.Request, found, kept.Id.Name, kept.Document, withVersion: false));
    }

    public async Task<IResult> ListVersionsAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, key, KeyRight.List, cancellationToken);
        if (await keys.FindAsync(found.Id, key, cancellationToken) is not { Row.PurgeAt: null })
        {
            throw Kind.NotFound(key, null);
        }

        return await VaultRequests.PageAsync(
            context,
            (after, take) => keys.ListVersionsAsync(found.Id, key, after, take, cancellationToken),
            kept => KeyView.Item(context.Request, found, key, kept.Document, withVersion: true));
    }

    public async Task<IResult> DeleteAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Delete, cancellationToken);
        var purgeAt = clock.GetUtcNow().AddDays(VaultRecovery.RetentionDays(found));
        var gone = await keys.MarkAsync(found.Id, key, purgeAt, Log(context, caller, found, key, KeyRight.Delete), cancellationToken) ?? throw Kind.NotFound(key, null);
        return Results.Json(DeletedBundle(context, found, gone));
    }

    public async Task<IResult> ListDeletedAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, KeyRight.List, cancellationToken);
        return await VaultRequests.PageAsync(context, (after, take) => keys.ListAsync(found.Id, deleted: true, after, take, cancellationToken), kept =>
        {
            var item = KeyView.Item(context.Request, found, kept.Id.Name, kept.Document, withVersion: false);
            VaultRecovery.Show(item, context.Request, Kind, kept);
            return item;
        });
    }

    public async Task<IResult> GetDeletedAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, key, KeyRight.Get, cancellationToken);
        return await keys.FindAsync(found.Id, key, cancellationToken) is { Row.PurgeAt: not null } kept
            ? Results.Json(DeletedBundle(context, found, kept))
            : throw Kind.NotFound(key, null);
    }

    public async Task<IResult> RecoverAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Recover, cancellationToken);
        var back = await keys.MarkAsync(found.Id, key, purgeAt: null, Log(context, caller, found, key, KeyRight.Recover), cancellationToken) ?? throw Kind.NotFound(key, null);
        return Results.Json(KeyView.Bundle(context.Request, found, back.Id.Name, back.Document));
    }

    public async Task<IResult> PurgeAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Purge, cancellationToken);
        if (await keys.FindAsync(found.Id, key, cancellationToken) is not { Row.PurgeAt: not null } kept)
        {
            throw Kind.NotFound(key, null);
        }

        VaultRecovery.DemandPurgeable(found, Kind);
        await keys.PurgeAsync(kept.Row, Log(context, caller, found, key, KeyRight.Purge), cancellationToken);
        return Results.NoContent();
    }

    public async Task<IResult> BackUpAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Backup, cancellationToken);
        if (await keys.FindAsync(found.Id, key, cancellationToken) is not { Row.PurgeAt: null } kept)
        {
            throw Kind.NotFound(key, null);
        }

        var versions = await keys.ExportAsync(found.Id, key, cancellationToken);
        await keys.LogAsync(Log(context, caller, found, key, KeyRight.Backup), cancellationToken);
        return Results.Json(backups.Seal(found, Kind, kept, versions));
    }

    public async Task<IResult> RestoreAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, null, KeyRight.Restore, cancellationToken);
        var (name, current, versions) = backups.Open(found, Kind, await VaultRequests.ReadAsync(context.Request, cancellationToken));
        var restored = await keys.ImportAsync(found.Id, name, versions, current, Log(context, caller, found, name, KeyRight.Restore), cancellationToken)
            ?? throw ApiException.Conflict("Conflict", $"Key {name} is there already, or deleted and not purged. Purge it before it is restored.");
        return Results.Json(KeyView.Bundle(context.Request, found, name, restored.Document));
    }

    private async Task<IResult> SetAsync(HttpContext context, Resource vault, Caller caller, string key, KeyPair pair, JsonObject document, VaultRight right, CancellationToken cancellationToken)
    {
        KeyBody.Complete(document, pair);
        var made = await keys.SetAsync(vault.Id, key, pair.Private, document, Log(context, caller, vault, key, right), cancellationToken);
        return Results.Json(KeyView.Bundle(context.Request, vault, key, made.Document));
    }

    private async ValueTask<(Resource Vault, Caller Caller)> OpenAsync(HttpContext context, string vault, string? key, VaultRight right, CancellationToken cancellationToken)
    {
        var found = await access.DemandAsync(context, vault, key, right, cancellationToken);
        VaultRequests.DemandVersion(context.Request);
        if (key is not null)
        {
            Kind.Demand(key);
        }

        return found;
    }

    private static JsonObject DeletedBundle(HttpContext context, Resource vault, VaultItem kept)
    {
        var bundle = KeyView.Bundle(context.Request, vault, kept.Id.Name, kept.Document);
        VaultRecovery.Show(bundle, context.Request, Kind, kept);
        return bundle;
    }

    private ActivityRow Log(HttpContext context, Caller caller, Resource vault, string key, VaultRight right) => VaultActivity.Row(clock.GetUtcNow(), right, Kind.Of(vault.Id, key), caller.ObjectId, CorrelationId.Of(context));
}
