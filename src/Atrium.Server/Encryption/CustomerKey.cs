using System.Text.Json.Nodes;
using Atrium.Server.Hubs;

namespace Atrium.Server.Encryption;

/// <summary>A customer's key as a hub names it.</summary>
/// <param name="Vault">Resource id of the vault, <c>keyVaultArmId</c>.</param>
/// <param name="Identifier">Address of the key, with or without its version, <c>keyIdentifier</c>.</param>
internal sealed record CustomerKey(string Vault, string Identifier)
{
    /// <summary>Of a hub's <c>properties.encryption</c>; null where Atrium's own keys are used.</summary>
    public static CustomerKey? Of(JsonObject? encryption) =>
        EncryptionRules.IsCustomerManaged(encryption) && encryption!["keyVaultProperties"] is JsonObject key && key.Text("keyVaultArmId") is { } vault && key.Text("keyIdentifier") is { } identifier
            ? new(vault, identifier)
            : null;

    /// <summary>Whether the address names a version. Where it does not, the newest one is meant.</summary>
    public bool HasVersion => Segments is var segments && segments.Length - Array.FindLastIndex(segments, s => s.Equals("keys", StringComparison.OrdinalIgnoreCase)) > 2;

    /// <summary>The same key at a version.</summary>
    public CustomerKey At(string version) => this with { Identifier = $"{Unversioned}/{version}" };

    private string Unversioned => Identifier.TrimEnd('/') is var plain && HasVersion ? plain[..plain.LastIndexOf('/')] : plain;

    private string[] Segments => new Uri(Identifier).AbsolutePath.Trim('/').Split('/');
}

/// <summary>A hub's key wrapped by a customer's.</summary>
/// <param name="Key">With the version that wrapped it.</param>
/// <param name="Bytes">By RSA-OAEP with SHA-256.</param>
internal sealed record WrappedKey(CustomerKey Key, byte[] Bytes);

/// <summary>Wraps and unwraps with customers' keys, wherever these lie.</summary>
internal interface ICustomerKeys
{
    /// <summary>Whether the key would unwrap now, and the version that would wrap.</summary>
    /// <exception cref="CustomerKeyException">It would not.</exception>
    ValueTask<CustomerKey> LookAsync(CustomerKey key, CancellationToken cancellationToken);

    /// <summary>Whether the customer's key still opens a hub's key. Asked every few seconds, so where that is possible without using the key.</summary>
    /// <exception cref="CustomerKeyException">It does not.</exception>
    ValueTask ProveAsync(WrappedKey wrapped, CancellationToken cancellationToken);

    /// <summary>Whether its vault is one outside of this installation that the settings name.</summary>
    bool IsElsewhere(CustomerKey key);

    /// <summary>Whether the vault is one that this server can ask.</summary>
    ValueTask<bool> KnowsAsync(CustomerKey key, CancellationToken cancellationToken);

    /// <exception cref="CustomerKeyException">The key cannot be used.</exception>
    ValueTask<WrappedKey> WrapAsync(CustomerKey key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken);

    /// <summary>What was wrapped. The caller zeroes it.</summary>
    /// <exception cref="CustomerKeyException">The key cannot be used.</exception>
    ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken);
}

/// <summary>A customer's key cannot be used.</summary>
/// <param name="reason">A sentence that says why without naming the key.</param>
/// <param name="isRefusal">The vault refuses it; otherwise the vault could not be asked.</param>
internal sealed class CustomerKeyException(string reason, bool isRefusal) : Exception(reason)
{
    public bool IsRefusal => isRefusal;
}
