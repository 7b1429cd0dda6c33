using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>The data plane of a vault's secrets (Key Vault REST, Secrets, 7.0 and later): <c>/vaults/{vault}/secrets/...</c>, or at the root of the vault's own host.</summary>
internal sealed class SecretRoutes(VaultAccess access, SecretStore secrets, VaultBackup backups, TimeProvider clock)
{
    private static readonly VaultKind Kind = VaultKind.Secrets;

    /// <summary>The answer's members that come from the kept document, besides its attributes.</summary>
    private static readonly string[] Shown = ["contentType", "tags"];

    public async Task<IResult> SetAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Set, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var value = SecretBody.ReadValue(body);
        var document = SecretBody.Create(body, clock.GetUtcNow());
        var made = await secrets.SetAsync(found.Id, secret, value, document, Log(context, caller, found, secret, SecretRight.Set), cancellationToken);
        return Results.Json(Bundle(context, found, made.Document, secret, value));
    }

    public async Task<IResult> GetAsync(string vault, string secret, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Get, cancellationToken);
        var kept = await secrets.DemandVersionAsync(found.Id, secret, version, cancellationToken);
        if (!kept.Document["attributes"]!["enabled"]!.GetValue<bool>())
        {
            throw ApiException.Forbidden("SecretDisabled", "Operation get is not allowed on a disabled secret.");
        }

        var value = await secrets.ReadValueAsync(kept, Log(context, caller, found, secret, SecretRight.Get), cancellationToken);
        return Results.Json(Bundle(context, found, kept.Document, secret, value));
    }

    public async Task<IResult> UpdateAsync(string vault, string secret, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Update, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var changed = await secrets.UpdateAsync(
            found.Id, secret, version, document => SecretBody.Apply(document, body, clock.GetUtcNow()), Log(context, caller, found, secret, SecretRight.Update), cancellationToken)
            ?? throw Kind.NotFound(secret, version);
        return Results.Json(Bundle(context, found, changed.Document, secret, value: null));
    }

    public async Task<IResult> ListAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, SecretRight.List, cancellationToken);
        return await VaultRequests.PageAsync(context, (after, take) => secrets.ListAsync(found.Id, deleted: false, after, take, cancellationToken), kept => Item(context, found, kept));
    }

    public async Task<IResult> ListVersionsAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, secret, SecretRight.List, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: null })
        {
            throw Kind.NotFound(secret, null);
        }

        return await VaultRequests.PageAsync(context, (after, take) => secrets.ListVersionsAsync(found.Id, secret, after, take, cancellationToken), kept => Bundle(context, found, kept.Document, secret, value: null));
    }

    public async Task<IResult> DeleteAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Delete, cancellationToken);
        var purgeAt = clock.GetUtcNow().AddDays(VaultRecovery.RetentionDays(found));
        var gone = await secrets.MarkAsync(found.Id, secret, purgeAt, Log(context, caller, found, secret, SecretRight.Delete), cancellationToken) ?? throw Kind.NotFound(secret, null);
        return Results.Json(DeletedBundle(context, found, gone));
    }

    public async Task<IResult> ListDeletedAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, SecretRight.List, cancellationToken);
        return await VaultRequests.PageAsync(context, (after, take) => secrets.ListAsync(found.Id, deleted: true, after, take, cancellationToken), kept =>
        {
            var item = DeletedBundle(context, found, kept);
            item["id"] = VaultKind.IdOf(context.Request, Kind.Collection, kept.Id.Name);
            return item;
        });
    }

    public async Task<IResult> GetDeletedAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, secret, SecretRight.Look, cancellationToken);
        return await secrets.FindAsync(found.Id, secret, cancellationToken) is { Row.PurgeAt: not null } kept
            ? Results.Json(DeletedBundle(context, found, kept))
            : throw Kind.NotFound(secret, null);
    }

    public async Task<IResult> RecoverAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Recover, cancellationToken);
        var back = await secrets.MarkAsync(found.Id, secret, purgeAt: null, Log(context, caller, found, secret, SecretRight.Recover), cancellationToken) ?? throw Kind.NotFound(secret, null);
        return Results.Json(Bundle(context, found, back.Document, back.Id.Name, value: null));
    }

    public async Task<IResult> PurgeAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Purge, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: not null } kept)
        {
            throw Kind.NotFound(secret, null);
        }

        VaultRecovery.DemandPurgeable(found, Kind);
        await secrets.PurgeAsync(kept.Row, Log(context, caller, found, secret, SecretRight.Purge), cancellationToken);
        return Results.NoContent();
    }

    public async Task<IResult> BackUpAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Backup, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: null } kept)
        {
            throw Kind.NotFound(secret, null);
        }

        var versions = await secrets.ExportAsync(found.Id, secret, cancellationToken);
        await secrets.LogAsync(Log(context, caller, found, secret, SecretRight.Backup), cancellationToken);
        return Results.Json(backups.Seal(found, Kind, kept, versions));
    }

    public async Task<IResult> RestoreAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, null, SecretRight.Restore, cancellationToken);
        var (name, current, versions) = backups.Open(found, Kind, await VaultRequests.ReadAsync(context.Request, cancellationToken));
        var restored = await secrets.ImportAsync(found.Id, name, versions, current, Log(context, caller, found, name, SecretRight.Restore), cancellationToken)
            ?? throw ApiException.Conflict("Conflict", $"Secret {name} is there already, or deleted and not purged. Purge it before it is restored.");
        return Results.Json(Bundle(context, found, restored.Document, name, value: null));
    }

    private async ValueTask<(Resource Vault, Caller Caller)> OpenAsync(HttpContext context, string vault, string? secret, VaultRight right, CancellationToken cancellationToken)
    {
        var found = await access.DemandAsync(context, vault, secret, right, cancellationToken);
        VaultRequests.DemandVersion(context.Request);
        if (secret is not null)
        {
            Kind.Demand(secret);
        }

        return found;
    }

    private static JsonObject Item(HttpContext context, Resource vault, VaultItem kept)
    {
        var item = Bundle(context, vault, kept.Document, kept.Id.Name, value: null);
        item["id"] = VaultKind.IdOf(context.Request, Kind.Collection, kept.Id.Name);
        return item;
    }

    private static JsonObject Bundle(HttpContext context, Resource vault, JsonObject document, string name, string? value)
    {
        var bundle = new JsonObject { ["id"] = VaultKind.IdOf(context.Request, Kind.Collection, name, (string?)document["version"]), ["attributes"] = VaultRecovery.Attributes(document, vault) };
        if (value is not null)
        {
            bundle["value"] = value;
        }

        foreach (var member in Shown)
        {
            if (document[member] is { } shown)
            {
                bundle[member] = shown.DeepClone();
            }
        }

        return bundle;
    }

    private static JsonObject DeletedBundle(HttpContext context, Resource vault, VaultItem kept)
    {
        var bundle = Bundle(context, vault, kept.Document, kept.Id.Name, value: null);
        VaultRecovery.Show(bundle, context.Request, Kind, kept);
        return bundle;
    }

    private ActivityRow Log(HttpContext context, Caller caller, Resource vault, string secret, VaultRight right) =>
        VaultActivity.Row(clock.GetUtcNow(), right, Kind.Of(vault.Id, secret), caller.ObjectId, CorrelationId.Of(context));
}
