using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Vault.Secrets;

namespace Atrium.Server.Vault;

/// <summary>
/// Keeps secrets of other features in a vault. They are secrets like any other there: whoever may use the vault sees them with their versions, may give them a
/// new one, and every reading of a value is in the activity log.
/// </summary>
internal sealed class VaultKeeper(IAtriumStore store, SecretStore secrets, TimeProvider clock)
{
    /// <summary>Rows whose change may be a new value.</summary>
    public const string RowType = SecretNames.SecretType;

    /// <summary>What a new value writes, for the caller's own transaction. A secret of that name that was deleted comes back with it.</summary>
    /// <param name="secret">Of <see cref="IdOf"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="tags">What it belongs to, for people who look into the vault.</param>
    /// <param name="expires">When it is worth nothing any more; null where that is not known.</param>
    /// <param name="cancellationToken">Ends the look-up of what is there.</param>
    public async ValueTask<Commit> WriteAsync(ResourceId secret, string value, JsonObject tags, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var document = SecretBody.Create(new() { ["contentType"] = "application/json", ["tags"] = tags }, clock.GetUtcNow());
        document["version"] = VaultKind.NewVersion();
        Expire(document, expires);
        return await secrets.ComposeAsync(secret, await FindAsync(secret, cancellationToken), value, document, cancellationToken);
    }

    /// <summary>What another expiry writes; nothing where there is no such secret.</summary>
    public async ValueTask<IReadOnlyList<ResourceWrite>> ExpireAsync(ResourceId secret, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        if (await FindAsync(secret, cancellationToken) is not { } head || await store.FindAsync(secret.Child("versions", head.Version).Key, cancellationToken) is not { } version)
        {
            return [];
        }

        Expire(head.Document, expires);
        var body = head.Document.ToJsonString();
        return [ResourceWriter.Replace(head.Row, head.Row with { Body = body }), ResourceWriter.Replace(version, version with { Body = body })];
    }

    /// <summary>What takes a secret away: it is deleted at once, and purged with all its versions by the vault's own sweep.</summary>
    public static ResourceWrite Remove(ResourceId secret)
    {
        var document = new JsonObject { ["version"] = "", ["attributes"] = new JsonObject { ["enabled"] = false, ["created"] = 0, ["updated"] = 0 } };
        var row = new StoredResource { Key = secret.Key, Id = secret.Text, Type = SecretNames.SecretRow, Body = document.ToJsonString(), PurgeAt = DateTimeOffset.UnixEpoch };
        return new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Anything };
    }

    /// <summary>The current value, with its row of the activity log; null where the secret or its vault is deleted, or the secret is disabled.</summary>
    public async ValueTask<string?> ReadAsync(ResourceId secret, string caller, string correlationId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(secret.Parent!.Key, cancellationToken) is { PurgeAt: not null }
            || await FindAsync(secret, cancellationToken) is not { Row.PurgeAt: null } head
            || !head.Document["attributes"]!["enabled"]!.GetValue<bool>()
            || await store.FindAsync(secret.Child("versions", head.Version).Key, cancellationToken) is not { } version)
        {
            return null;
        }

        var log = VaultActivity.Row(clock.GetUtcNow(), SecretRight.Get, secret, caller, correlationId);
        return await secrets.ReadValueAsync(new(version), log, cancellationToken);
    }

    /// <summary>What may be told of a secret without reading it; null where there is none.</summary>
    public async ValueTask<SecretFacts?> LookAsync(ResourceId secret, CancellationToken cancellationToken)
    {
        if (await FindAsync(secret, cancellationToken) is not { Row.PurgeAt: null } head)
        {
            return null;
        }

        var attributes = head.Document["attributes"]!;
        return new(DateTimeOffset.FromUnixTimeSeconds((long)attributes["created"]!), attributes["exp"] is { } seconds ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null, (bool)attributes["enabled"]!);
    }

    public static ResourceId IdOf(ResourceId vault, string name) => VaultKind.Secrets.Of(vault, name);

    private async ValueTask<VaultItem?> FindAsync(ResourceId secret, CancellationToken cancellationToken) => await store.FindAsync(secret.Key, cancellationToken) is { } row ? new(row) : null;

    private static void Expire(JsonObject document, DateTimeOffset? expires)
    {
        var attributes = document["attributes"]!.AsObject();
        attributes.Remove("exp");
        if (expires is { } time)
        {
            attributes["exp"] = time.ToUnixTimeSeconds();
        }
    }
}

/// <param name="Created">When its current version was made.</param>
/// <param name="Expires">When that is worth nothing any more; null where nobody said.</param>
/// <param name="IsEnabled">Whether it may be read.</param>
internal sealed record SecretFacts(DateTimeOffset Created, DateTimeOffset? Expires, bool IsEnabled);
