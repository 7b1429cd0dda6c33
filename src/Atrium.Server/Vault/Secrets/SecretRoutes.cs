using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>The data plane of a vault's secrets (Key Vault REST, Secrets, 7.0 and later): <c>/vaults/{vault}/secrets/...</c>, or at the root of the vault's own host.</summary>
internal sealed class SecretRoutes(VaultAccess access, SecretStore secrets, VaultBackup backups, TimeProvider clock)
    : VaultItemRoutes(VaultKind.Secrets, Rights, access, secrets, backups, clock)
{
    private static readonly VaultItemRights Rights = new(
        SecretRight.List, SecretRight.Look, SecretRight.Delete, SecretRight.Recover, SecretRight.Purge, SecretRight.Backup, SecretRight.Restore);

    /// <summary>The answer's members that come from the kept document, besides its attributes.</summary>
    private static readonly string[] Shown = ["contentType", "tags"];

    public async Task<IResult> SetAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Set, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var value = SecretBody.ReadValue(body);
        var document = SecretBody.Create(body, Now);
        var made = await secrets.SetAsync(found.Id, secret, value, document, Log(context, caller, found, secret, SecretRight.Set), cancellationToken);
        return Results.Json(WithValue(Bundle(context.Request, found, secret, made.Document), value));
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
        return Results.Json(WithValue(Bundle(context.Request, found, secret, kept.Document), value));
    }

    public async Task<IResult> UpdateAsync(string vault, string secret, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Update, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var changed = await secrets.UpdateAsync(
            found.Id, secret, version, document => SecretBody.Apply(document, body, Now), Log(context, caller, found, secret, SecretRight.Update), cancellationToken)
            ?? throw VaultKind.Secrets.NotFound(secret, version);
        return Results.Json(Bundle(context.Request, found, secret, changed.Document));
    }

    protected override JsonObject Bundle(HttpRequest request, Resource vault, string name, JsonObject document) => Item(request, vault, name, document, withVersion: true);

    protected override JsonObject Item(HttpRequest request, Resource vault, string name, JsonObject document, bool withVersion)
    {
        var item = new JsonObject
        {
            ["id"] = VaultKind.IdOf(request, VaultKind.Secrets.Collection, name, withVersion ? (string?)document["version"] : null),
            ["attributes"] = VaultRecovery.Attributes(document, vault),
        };
        foreach (var member in Shown)
        {
            if (document[member] is { } shown)
            {
                item[member] = shown.DeepClone();
            }
        }

        return item;
    }

    private static JsonObject WithValue(JsonObject bundle, string value)
    {
        bundle["value"] = value;
        return bundle;
    }
}
