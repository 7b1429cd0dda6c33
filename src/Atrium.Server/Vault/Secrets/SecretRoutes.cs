using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>The data plane of a vault's secrets (Key Vault REST, Secrets, 7.0 and later): <c>/vaults/{vault}/secrets/...</c>, or at the root of the vault's own host.</summary>
internal sealed class SecretRoutes(SecretAccess access, SecretStore secrets, ISecretCipher cipher, TimeProvider clock)
{
    private const string Secrets = "secrets";
    private const string Deleted = "deletedsecrets";
    private const string BackupName = "secret-backup";
    private const int LargestPage = 25;
    private const int DefaultRetentionDays = 90;

    /// <summary>The answer's members that come from the kept document, besides its attributes.</summary>
    private static readonly string[] Shown = ["contentType", "tags"];

    public async Task<IResult> SetAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Set, cancellationToken);
        var body = await ReadAsync(context, cancellationToken);
        var value = SecretBody.ReadValue(body);
        var document = SecretBody.Create(body, clock.GetUtcNow());
        var made = await secrets.SetAsync(found.Id, secret, value, document, Log(context, caller, found, secret, "setSecret/action"), cancellationToken);
        return Results.Json(Bundle(context, found, made.Document, secret, value));
    }

    public async Task<IResult> GetAsync(string vault, string secret, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Get, cancellationToken);
        var kept = await FindVersionAsync(found, secret, version, cancellationToken);
        if (!kept.Document["attributes"]!["enabled"]!.GetValue<bool>())
        {
            throw ApiException.Forbidden("SecretDisabled", "Operation get is not allowed on a disabled secret.");
        }

        var value = await secrets.ReadValueAsync(kept, Log(context, caller, found, secret, "getSecret/action"), cancellationToken);
        return Results.Json(Bundle(context, found, kept.Document, secret, value));
    }

    public async Task<IResult> UpdateAsync(string vault, string secret, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Update, cancellationToken);
        var body = await ReadAsync(context, cancellationToken);
        var changed = await secrets.UpdateAsync(
            found.Id, secret, version, document => SecretBody.Apply(document, body, clock.GetUtcNow()), Log(context, caller, found, secret, "update/action"), cancellationToken)
            ?? throw NotFound(secret, version);
        return Results.Json(Bundle(context, found, changed.Document, secret, value: null));
    }

    public async Task<IResult> ListAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, SecretRight.List, cancellationToken);
        return await PageAsync(context, (after, take) => secrets.ListAsync(found.Id, deleted: false, after, take, cancellationToken), kept => Item(context, found, kept));
    }

    public async Task<IResult> ListVersionsAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, secret, SecretRight.List, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: null })
        {
            throw NotFound(secret, null);
        }

        return await PageAsync(context, (after, take) => secrets.ListVersionsAsync(found.Id, secret, after, take, cancellationToken), kept => Bundle(context, found, kept.Document, secret, value: null));
    }

    public async Task<IResult> DeleteAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Delete, cancellationToken);
        var purgeAt = clock.GetUtcNow().AddDays(RetentionDays(found));
        var gone = await secrets.MarkAsync(found.Id, secret, purgeAt, Log(context, caller, found, secret, "delete"), cancellationToken) ?? throw NotFound(secret, null);
        return Results.Json(DeletedBundle(context, found, gone));
    }

    public async Task<IResult> ListDeletedAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, null, SecretRight.List, cancellationToken);
        return await PageAsync(context, (after, take) => secrets.ListAsync(found.Id, deleted: true, after, take, cancellationToken), kept =>
        {
            var item = DeletedBundle(context, found, kept);
            item["id"] = SecretNames.IdOf(context.Request, Secrets, kept.Id.Name);
            return item;
        });
    }

    public async Task<IResult> GetDeletedAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, _) = await OpenAsync(context, vault, secret, SecretRight.Look, cancellationToken);
        return await secrets.FindAsync(found.Id, secret, cancellationToken) is { Row.PurgeAt: not null } kept
            ? Results.Json(DeletedBundle(context, found, kept))
            : throw NotFound(secret, null);
    }

    public async Task<IResult> RecoverAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Recover, cancellationToken);
        var back = await secrets.MarkAsync(found.Id, secret, purgeAt: null, Log(context, caller, found, secret, "recover/action"), cancellationToken) ?? throw NotFound(secret, null);
        return Results.Json(Bundle(context, found, back.Document, back.Id.Name, value: null));
    }

    public async Task<IResult> PurgeAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Purge, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: not null } kept)
        {
            throw NotFound(secret, null);
        }

        if (IsProtected(found))
        {
            throw ApiException.Forbidden("ForbiddenByPolicy", "Operation purge is not enabled for this vault: it has purge protection. The secret goes when its time is over.");
        }

        await secrets.PurgeAsync(kept.Row, Log(context, caller, found, secret, "purge/action"), cancellationToken);
        return Results.NoContent();
    }

    public async Task<IResult> BackUpAsync(string vault, string secret, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, secret, SecretRight.Backup, cancellationToken);
        if (await secrets.FindAsync(found.Id, secret, cancellationToken) is not { Row.PurgeAt: null } kept)
        {
            throw NotFound(secret, null);
        }

        var backup = new JsonObject { ["name"] = kept.Id.Name, ["current"] = kept.Version, ["versions"] = await secrets.ExportAsync(found.Id, secret, cancellationToken) };
        await secrets.LogAsync(Log(context, caller, found, secret, "backup/action"), cancellationToken);
        return Results.Json(new JsonObject { ["value"] = Base64Url.EncodeToString(cipher.Encrypt(BackupPlace(found), BackupName, backup.ToJsonString())) });
    }

    public async Task<IResult> RestoreAsync(string vault, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller) = await OpenAsync(context, vault, null, SecretRight.Restore, cancellationToken);
        var body = await ReadAsync(context, cancellationToken);
        var backup = OpenBackup(found, body["value"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "");
        var name = (string)backup["name"]!;
        var restored = await secrets.ImportAsync(
            found.Id, name, backup["versions"]!.AsArray(), (string)backup["current"]!, Log(context, caller, found, name, "restore/action"), cancellationToken)
            ?? throw ApiException.Conflict("Conflict", $"Secret {name} is there already, or deleted and not purged. Purge it before it is restored.");
        return Results.Json(Bundle(context, found, restored.Document, name, value: null));
    }

    private async ValueTask<(Resource Vault, Caller Caller)> OpenAsync(HttpContext context, string vault, string? secret, SecretRight right, CancellationToken cancellationToken)
    {
        var found = await access.DemandAsync(context, vault, secret, right, cancellationToken);
        if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            throw ApiException.BadRequest("BadParameter", "The query parameter 'api-version' is required, such as 7.5.", "api-version");
        }

        if (secret is not null)
        {
            SecretNames.Demand(secret);
        }

        return found;
    }

    private async ValueTask<KeptSecret> FindVersionAsync(Resource vault, string secret, string? version, CancellationToken cancellationToken)
    {
        var head = await secrets.FindAsync(vault.Id, secret, cancellationToken);
        return head is { Row.PurgeAt: null } && await secrets.FindVersionAsync(vault.Id, secret, string.IsNullOrEmpty(version) ? head.Version : version, cancellationToken) is { } kept
            ? kept
            : throw NotFound(secret, version);
    }

    private static async ValueTask<JsonObject> ReadAsync(HttpContext context, CancellationToken cancellationToken) =>
        await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("BadParameter", "The request has no body.");

    private static async Task<IResult> PageAsync(HttpContext context, Func<string?, int, ValueTask<IReadOnlyList<StoredResource>>> list, Func<KeptSecret, JsonObject> view)
    {
        var query = context.Request.Query;
        var take = LargestPage;
        if (query["maxresults"].FirstOrDefault() is { } most && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > LargestPage))
        {
            throw ApiException.BadRequest("BadParameter", $"'maxresults' must be a whole number from 1 to {LargestPage}; found '{most}'.", "maxresults");
        }

        var page = await list(ContinuationToken.Read(query["$skiptoken"].FirstOrDefault()), take + 1);
        var request = context.Request;
        var next = page.Count <= take ? null
            : $"{request.Scheme}://{request.Host}{request.Path}?api-version={Uri.EscapeDataString(query["api-version"].ToString())}&maxresults={take}&$skiptoken={ContinuationToken.Write(page[take - 1].Key)}";
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. page.Take(take).Select(row => view(new(row)))]), ["nextLink"] = next });
    }

    private static JsonObject Item(HttpContext context, Resource vault, KeptSecret kept)
    {
        var item = Bundle(context, vault, kept.Document, kept.Id.Name, value: null);
        item["id"] = SecretNames.IdOf(context.Request, Secrets, kept.Id.Name);
        return item;
    }

    private static JsonObject Bundle(HttpContext context, Resource vault, JsonObject document, string name, string? value)
    {
        var attributes = document["attributes"]!.DeepClone().AsObject();
        attributes["recoveryLevel"] = IsProtected(vault) ? "Recoverable" : "Recoverable+Purgeable";
        attributes["recoverableDays"] = RetentionDays(vault);
        var bundle = new JsonObject { ["id"] = SecretNames.IdOf(context.Request, Secrets, name, (string?)document["version"]), ["attributes"] = attributes };
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

    private static JsonObject DeletedBundle(HttpContext context, Resource vault, KeptSecret kept)
    {
        var bundle = Bundle(context, vault, kept.Document, kept.Id.Name, value: null);
        bundle["recoveryId"] = SecretNames.IdOf(context.Request, Deleted, kept.Id.Name);
        bundle["deletedDate"] = (long)kept.Document["deletedDate"]!;
        bundle["scheduledPurgeDate"] = kept.Row.PurgeAt!.Value.ToUnixTimeSeconds();
        return bundle;
    }

    /// <summary>A backup opens in the subscription where it was made, as published.</summary>
    private static string BackupPlace(Resource vault) => vault.Id.Subscription!.Key;

    private JsonObject OpenBackup(Resource vault, string text)
    {
        try
        {
            return JsonNode.Parse(cipher.Decrypt(BackupPlace(vault), BackupName, Base64Url.DecodeFromChars(text)))!.AsObject();
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or JsonException)
        {
            throw ApiException.BadRequest("BadParameter", "'value' is no backup of a secret of this subscription, or it was changed.", "value");
        }
    }

    private ActivityRow Log(HttpContext context, Caller caller, Resource vault, string secret, string action) => new()
    {
        Time = clock.GetUtcNow(),
        Operation = $"{SecretNames.SecretType}/{action}",
        ResourceId = SecretNames.OfSecret(vault.Id, secret).Text,
        Caller = caller.ObjectId,
        CorrelationId = CorrelationId.Of(context),
        Status = "Succeeded",
        HttpStatus = StatusCodes.Status200OK,
    };

    private static bool IsProtected(Resource vault) => vault.Properties["enablePurgeProtection"] is JsonValue flag && flag.GetValue<bool>();

    private static int RetentionDays(Resource vault) => vault.Properties["softDeleteRetentionInDays"]?.GetValue<int>() ?? DefaultRetentionDays;

    private static ApiException NotFound(string secret, string? version) => ApiException.NotFound(
        "SecretNotFound",
        $"A secret with (name/id) {secret}{(string.IsNullOrEmpty(version) ? "" : $"/{version}")} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.");
}
