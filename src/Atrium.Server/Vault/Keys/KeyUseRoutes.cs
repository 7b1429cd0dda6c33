using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Keys;

/// <summary>What keys do (Key Vault REST, Keys: encrypt, decrypt, wrapkey, unwrapkey, sign, verify). Every use is in the activity log before its result is out.</summary>
internal sealed class KeyUseRoutes(VaultAccess access, KeyPlaces places, KeyStore keys, TimeProvider clock)
{
    public Task<IResult> EncryptAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken) =>
        EncryptAsync(KeyOperation.Encrypt, vault, key, version, context, cancellationToken);

    public Task<IResult> DecryptAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken) =>
        DecryptAsync(KeyOperation.Decrypt, vault, key, version, context, cancellationToken);

    public Task<IResult> WrapAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken) =>
        EncryptAsync(KeyOperation.WrapKey, vault, key, version, context, cancellationToken);

    public Task<IResult> UnwrapAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken) =>
        DecryptAsync(KeyOperation.UnwrapKey, vault, key, version, context, cancellationToken);

    public async Task<IResult> SignAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (kept, log) = await OpenAsync(KeyOperation.Sign, vault, key, version, context, cancellationToken);
        var use = KeyUse.ReadSignature(await VaultRequests.ReadAsync(context.Request, cancellationToken), "value", Spec(kept));
        return Result(context, key, kept, await keys.SignAsync(kept, use.Algorithm, use.Digest, log, cancellationToken));
    }

    public async Task<IResult> VerifyAsync(string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (kept, log) = await OpenAsync(KeyOperation.Verify, vault, key, version, context, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var use = KeyUse.ReadSignature(body, "digest", Spec(kept));
        var signature = KeyUse.ReadBytes(body, "value");
        await keys.LogAsync(log, cancellationToken);
        return Results.Json(new JsonObject { ["value"] = KeyCrypto.Verify(Public(kept), use.Algorithm, use.Digest, signature) });
    }

    private async Task<IResult> EncryptAsync(KeyOperation operation, string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (kept, log) = await OpenAsync(operation, vault, key, version, context, cancellationToken);
        var use = KeyUse.ReadEncryption(await VaultRequests.ReadAsync(context.Request, cancellationToken), Spec(kept), encrypts: true);
        await keys.LogAsync(log, cancellationToken);
        return Result(context, key, kept, KeyCrypto.Encrypt(Public(kept), use.Algorithm, use.Value));
    }

    private async Task<IResult> DecryptAsync(KeyOperation operation, string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        var (kept, log) = await OpenAsync(operation, vault, key, version, context, cancellationToken);
        var use = KeyUse.ReadEncryption(await VaultRequests.ReadAsync(context.Request, cancellationToken), Spec(kept), encrypts: false);
        try
        {
            return Result(context, key, kept, await keys.DecryptAsync(kept, use.Algorithm, use.Value, log, cancellationToken));
        }
        catch (CryptographicException)
        {
            throw ApiException.BadRequest("BadParameter", $"'value' was not encrypted with this version of the key by {use.Algorithm.Name}, or it was changed.", "value");
        }
    }

    private async ValueTask<(VaultItem Version, ActivityRow Log)> OpenAsync(
        KeyOperation operation, string? vault, string key, string? version, HttpContext context, CancellationToken cancellationToken)
    {
        vault ??= await places.FindAsync(context, key, version, operation.Right, cancellationToken);
        var (found, caller) = await access.DemandAsync(context, vault, key, operation.Right, cancellationToken);
        VaultRequests.DemandVersion(context.Request);
        VaultKind.Keys.Demand(key);
        var kept = await keys.DemandVersionAsync(found.Id, key, version, cancellationToken);
        if (KeyRules.Check(kept.Document, operation, clock.GetUtcNow()) is { } refusal)
        {
            throw Refuse(refusal, operation);
        }

        return (kept, VaultActivity.Row(clock.GetUtcNow(), operation.Right, VaultKind.Keys.Of(found.Id, key), caller.ObjectId, CorrelationId.Of(context)));
    }

    private static ApiException Refuse(KeyRefusal refusal, KeyOperation operation) => refusal switch
    {
        KeyRefusal.Disabled => ApiException.Forbidden("KeyDisabled", $"Operation {operation.Word} is not allowed on a disabled key."),
        KeyRefusal.NotYetValid => ApiException.Forbidden("KeyNotYetValid", $"Operation {operation.Word} is not allowed on a key that is not valid yet ('nbf')."),
        KeyRefusal.Expired => ApiException.Forbidden("KeyExpired", $"Operation {operation.Word} is not allowed on a key that has expired ('exp')."),
        _ => ApiException.Forbidden("KeyOperationForbidden", $"Operation {operation.Word} is not permitted on this key."),
    };

    private static JsonObject Public(VaultItem version) => version.Document["key"]!.AsObject();

    private static KeySpec Spec(VaultItem version) => KeySpec.Of(Public(version));

    private static IResult Result(HttpContext context, string key, VaultItem version, byte[] value) =>
        Results.Json(new JsonObject { ["kid"] = KeyView.IdOf(context.Request, key, version.Document), ["value"] = Base64Url.EncodeToString(value) });
}
