using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>Encryption with a customer's key: chosen at creation, and later only the key or its version changes, inside the same vault. Pure.</summary>
internal static class EncryptionRules
{
    private const string Path = "properties.encryption";

    /// <summary>Whether a customer's key encrypts it.</summary>
    public static bool IsCustomerManaged(JsonObject? encryption) => encryption?.Text("status") == "Enabled";

    public static IEnumerable<Problem> Check(bool isCreate, JsonObject? before, JsonObject? after)
    {
        if (!isCreate && before is null && IsCustomerManaged(after))
        {
            yield return new(Path, "The encryption was chosen when the resource was made: keys of the service's own. It cannot be changed to a customer's key.", ProblemCodes.Immutable);
            yield break;
        }

        if (after?["keyVaultProperties"] is not JsonObject key || key.Text("keyIdentifier") is not { } identifier)
        {
            yield break;
        }

        const string field = $"{Path}.keyVaultProperties.keyIdentifier";
        var vault = VaultOf(identifier);
        if (vault is null)
        {
            yield return new(field, "'keyIdentifier' must be the address of a key: https://{vault}/keys/{name} or https://{vault}/keys/{name}/{version}.");
        }
        else if (key.Text("keyVaultArmId") is { } armId && ResourceId.TryParse(armId, out var id, out _) && !NamesVault(identifier, id.Name) && !NamesNoVault(identifier))
        {
            yield return new(field, $"The key does not lie in the vault '{id.Name}' that 'keyVaultArmId' names.");
        }
        else if ((before?["keyVaultProperties"] as JsonObject)?.Text("keyIdentifier") is { } old && VaultOf(old) != vault)
        {
            yield return new(field, "The key or its version may change, but only inside the same vault.", ProblemCodes.Immutable);
        }
    }

    /// <summary>A key's address up to its vault, in lower case; null when it is no address of a key.</summary>
    private static string? VaultOf(string identifier)
    {
        if (!Uri.TryCreate(identifier, UriKind.Absolute, out var uri))
        {
            return null;
        }

        var segments = uri.AbsolutePath.Trim('/').Split('/');
        var keys = Array.FindLastIndex(segments, s => s.Equals("keys", StringComparison.OrdinalIgnoreCase));
        var behind = segments.Length - keys - 1;
        return keys >= 0 && behind is 1 or 2 && !segments.Contains("")
            ? $"{uri.Scheme}://{uri.Authority}/{string.Join('/', segments[..keys])}".ToLowerInvariant()
            : null;
    }

    /// <summary>Whether an address names the vault: by host name (<c>https://vault.vault.example/keys/k</c>) or by path (<c>https://example/vaults/vault/keys/k</c>).</summary>
    public static bool NamesVault(string identifier, string vault)
    {
        var uri = new Uri(identifier);
        return uri.Host.Split('.')[0].Equals(vault, StringComparison.OrdinalIgnoreCase)
            || uri.AbsolutePath.Contains($"/{vault}/keys/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As clients show the keys of a vault that is addressed by path: <c>https://example/keys/k/version</c>. Which vault has it is seen when it is asked.</summary>
    private static bool NamesNoVault(string identifier) => new Uri(identifier) is var uri && uri.AbsolutePath.StartsWith("/keys/", StringComparison.OrdinalIgnoreCase)
        && !uri.Host.Contains(".vault.", StringComparison.OrdinalIgnoreCase);
}
