using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>The data plane of a vault's keys (Key Vault REST, Keys, 7.0 and later), but for their use: <c>/vaults/{vault}/keys/...</c>, or at the root of the vault's own host.</summary>
internal sealed class KeyRoutes(VaultAccess access, KeyPlaces places, KeyStore keys, KeyMaker maker, VaultBackup backups, TimeProvider clock)
    : VaultItemRoutes(VaultKind.Keys, Rights, access, keys, backups, clock)
{
    private static readonly VaultItemRights Rights = new(KeyRight.List, KeyRight.Get, KeyRight.Delete, KeyRight.Recover, KeyRight.Purge, KeyRight.Backup, KeyRight.Restore);

    public async Task<IResult> CreateAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Create, cancellationToken);
        var (spec, document) = KeyBody.ReadCreate(await VaultRequests.ReadAsync(context.Request, cancellationToken), Now);
        var pair = await maker.MakeAsync(spec, cancellationToken);
        return await SetAsync(context, found, caller, key, pair, document, KeyRight.Create, cancellationToken);
    }

    public async Task<IResult> ImportAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Import, cancellationToken);
        var (pair, document) = KeyBody.ReadImport(await VaultRequests.ReadAsync(context.Request, cancellationToken), Now);
        return await SetAsync(context, found, caller, key, pair, document, KeyRight.Import, cancellationToken);
    }

    public async Task<IResult> GetAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        vault ??= await places.FindAsync(context, key, version, KeyRight.Get, cancellationToken);
        var (found, _) = await OpenAsync(context, vault, key, KeyRight.Get, cancellationToken);
        var kept = await keys.DemandVersionAsync(found.Id, key, version, cancellationToken);
        return Results.Json(Bundle(context.Request, found, key, kept.Document));
    }

    public async Task<IResult> UpdateAsync(string vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, key, KeyRight.Update, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var changed = await keys.UpdateAsync(
            found.Id, key, version, document => KeyBody.Apply(document, body, Now), Log(context, caller, found, key, KeyRight.Update), cancellationToken)
            ?? throw VaultKind.Keys.NotFound(key, version);
        return Results.Json(Bundle(context.Request, found, key, changed.Document));
    }

    protected override JsonObject Bundle(HttpRequest request, Resource vault, string name, JsonObject document) => KeyView.Bundle(request, vault, name, document);

    protected override JsonObject Item(HttpRequest request, Resource vault, string name, JsonObject document, bool withVersion) => KeyView.Item(request, vault, name, document, withVersion);

    private async Task<IResult> SetAsync(HttpContext context, Resource vault, Caller caller, string key, KeyPair pair, JsonObject document, VaultRight right, CancellationToken cancellationToken)
    {
        KeyBody.Complete(document, pair);
        var made = await keys.SetAsync(vault.Id, key, pair.Private, document, Log(context, caller, vault, key, right), cancellationToken);
        return Results.Json(Bundle(context.Request, vault, key, made.Document));
    }
}
