using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>The rights that every kind asks for in the same places.</summary>
/// <param name="List">Lists and versions.</param>
/// <param name="Look">One that is deleted.</param>
/// <param name="Delete">Deleting.</param>
/// <param name="Recover">Taking a deleted one back.</param>
/// <param name="Purge">Taking a deleted one away.</param>
/// <param name="Backup">Making a backup.</param>
/// <param name="Restore">Making one of a backup.</param>
internal sealed record VaultItemRights(VaultRight List, VaultRight Look, VaultRight Delete, VaultRight Recover, VaultRight Purge, VaultRight Backup, VaultRight Restore);

/// <summary>What the data planes of secrets and of keys have in common: lists, the life of a deleted one, backups.</summary>
internal abstract class VaultItemRoutes(VaultKind kind, VaultItemRights rights, VaultAccess access, VaultItemStore items, VaultBackup backups, TimeProvider clock)
{
    protected DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IResult> ListAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, rights.List, cancellationToken);
        return await VaultRequests.PageAsync(
            context,
            (after, take) => items.ListAsync(found.Id, deleted: false, after, take, cancellationToken),
            kept => Item(context.Request, found, kept.Id.Name, kept.Document, withVersion: false));
    }

    public async Task<IResult> ListVersionsAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, name, rights.List, cancellationToken);
        await DemandAsync(found, name, deleted: false, cancellationToken);
        return await VaultRequests.PageAsync(
            context,
            (after, take) => items.ListVersionsAsync(found.Id, name, after, take, cancellationToken),
            kept => Item(context.Request, found, name, kept.Document, withVersion: true));
    }

    public async Task<IResult> DeleteAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, name, rights.Delete, cancellationToken);
        var purgeAt = Now.AddDays(VaultRecovery.RetentionDays(found));
        var gone = await items.MarkAsync(found.Id, name, purgeAt, Log(context, caller, found, name, rights.Delete), cancellationToken) ?? throw kind.NotFound(name, null);
        return Results.Json(DeletedBundle(context.Request, found, gone));
    }

    public async Task<IResult> ListDeletedAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, rights.List, cancellationToken);
        return await VaultRequests.PageAsync(context, (after, take) => items.ListAsync(found.Id, deleted: true, after, take, cancellationToken), kept =>
        {
            var item = Item(context.Request, found, kept.Id.Name, kept.Document, withVersion: false);
            VaultRecovery.Show(item, context.Request, kind, kept);
            return item;
        });
    }

    public async Task<IResult> GetDeletedAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, name, rights.Look, cancellationToken);
        return Results.Json(DeletedBundle(context.Request, found, await DemandAsync(found, name, deleted: true, cancellationToken)));
    }

    public async Task<IResult> RecoverAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, name, rights.Recover, cancellationToken);
        var back = await items.MarkAsync(found.Id, name, purgeAt: null, Log(context, caller, found, name, rights.Recover), cancellationToken) ?? throw kind.NotFound(name, null);
        return Results.Json(Bundle(context.Request, found, back.Id.Name, back.Document));
    }

    public async Task<IResult> PurgeAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, name, rights.Purge, cancellationToken);
        var kept = await DemandAsync(found, name, deleted: true, cancellationToken);
        VaultRecovery.DemandPurgeable(found, kind);
        await items.PurgeAsync(kept.Row, Log(context, caller, found, name, rights.Purge), cancellationToken);
        return Results.NoContent();
    }

    public async Task<IResult> BackUpAsync(string vault, string name, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, name, rights.Backup, cancellationToken);
        var kept = await DemandAsync(found, name, deleted: false, cancellationToken);
        var versions = await items.ExportAsync(found.Id, name, cancellationToken);
        await items.LogAsync(Log(context, caller, found, name, rights.Backup), cancellationToken);
        return Results.Json(backups.Seal(found, kind, kept, versions));
    }

    public async Task<IResult> RestoreAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, null, rights.Restore, cancellationToken);
        var (name, current, versions) = backups.Open(found, kind, await VaultRequests.ReadAsync(context.Request, cancellationToken));
        var restored = await items.ImportAsync(found.Id, name, versions, current, Log(context, caller, found, name, rights.Restore), cancellationToken)
            ?? throw ApiException.Conflict("Conflict", $"{kind.Word} {name} is there already, or deleted and not purged. Purge it before it is restored.");
        return Results.Json(Bundle(context.Request, found, name, restored.Document));
    }

    /// <summary>One version as callers read it, without a value that leaves only where it is asked for.</summary>
    protected abstract JsonObject Bundle(HttpRequest request, Resource vault, string name, JsonObject document);

    /// <summary>One of a list.</summary>
    protected abstract JsonObject Item(HttpRequest request, Resource vault, string name, JsonObject document, bool withVersion);

    /// <summary>The vault, where the caller has the right, and who he is.</summary>
    protected async ValueTask<(Resource Vault, Caller Caller)> OpenAsync(HttpContext context, string vault, string? name, VaultRight right, CancellationToken cancellationToken)
    {
        var found = await access.DemandAsync(context, vault, name, right, cancellationToken);
        VaultRequests.DemandVersion(context.Request);
        if (name is not null)
        {
            kind.Demand(name);
        }

        return found;
    }

    protected ActivityRow Log(HttpContext context, Caller caller, Resource vault, string name, VaultRight right) =>
        VaultActivity.Row(Now, right, kind.Of(vault.Id, name), caller.ObjectId, CorrelationId.Of(context));

    private async ValueTask<VaultItem> DemandAsync(Resource vault, string name, bool deleted, CancellationToken cancellationToken) =>
        await items.FindAsync(vault.Id, name, cancellationToken) is { } kept && kept.Row.PurgeAt is not null == deleted ? kept : throw kind.NotFound(name, null);

    private JsonObject DeletedBundle(HttpRequest request, Resource vault, VaultItem kept)
    {
        var bundle = Bundle(request, vault, kept.Id.Name, kept.Document);
        VaultRecovery.Show(bundle, request, kind, kept);
        return bundle;
    }
}
