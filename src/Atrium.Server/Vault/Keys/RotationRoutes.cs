using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>Rotation of keys and its policies (Key Vault REST, Keys: rotate, rotationpolicy).</summary>
internal sealed class RotationRoutes(VaultAccess access, KeyStore keys, KeyRotation rotation, TimeProvider clock)
{
    public async Task<IResult> RotateAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (found, caller, head) = await OpenAsync(context, vault, key, KeyRight.Rotate, cancellationToken);
        var log = VaultActivity.Row(clock.GetUtcNow(), KeyRight.Rotate, head.Id, caller.ObjectId, CorrelationId.Of(context));
        var made = await rotation.RotateAsync(head, log, cancellationToken)
            ?? throw ApiException.Conflict("Conflict", $"Key {key} was changed by others meanwhile. Nothing was written. Try again.");
        return Results.Json(KeyView.Bundle(context.Request, found, key, made.Document));
    }

    public async Task<IResult> GetPolicyAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, _, head) = await OpenAsync(context, vault, key, KeyRight.GetPolicy, cancellationToken);
        return Results.Json(View(context, key, (await keys.FindPolicyAsync(head.Id, cancellationToken))?.Document ?? RotationPolicy.Default()));
    }

    public async Task<IResult> SetPolicyAsync(string vault, string key, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, caller, head) = await OpenAsync(context, vault, key, KeyRight.SetPolicy, cancellationToken);
        var body = await VaultRequests.ReadAsync(context.Request, cancellationToken);
        var now = clock.GetUtcNow();
        var log = VaultActivity.Row(now, KeyRight.SetPolicy, head.Id, caller.ObjectId, CorrelationId.Of(context));
        var policy = await keys.SetPolicyAsync(head.Id, created => RotationPolicy.Read(body, created ?? now, now), log, cancellationToken);
        return Results.Json(View(context, key, policy));
    }

    private async ValueTask<(Resource Vault, Caller Caller, VaultItem Head)> OpenAsync(HttpContext context, string vault, string key, VaultRight right, CancellationToken cancellationToken)
    {
        var (found, caller) = await access.DemandAsync(context, vault, key, right, cancellationToken);
        VaultRequests.DemandVersion(context.Request);
        VaultKind.Keys.Demand(key);
        return await keys.FindAsync(found.Id, key, cancellationToken) is { Row.PurgeAt: null } head ? (found, caller, head) : throw VaultKind.Keys.NotFound(key, null);
    }

    private static JsonObject View(HttpContext context, string key, JsonObject policy) => new()
    {
        ["id"] = VaultKind.IdOf(context.Request, VaultKind.Keys.Collection, key, "rotationpolicy"),
        ["lifetimeActions"] = policy["lifetimeActions"]!.DeepClone(),
        ["attributes"] = policy["attributes"]!.DeepClone(),
    };
}
