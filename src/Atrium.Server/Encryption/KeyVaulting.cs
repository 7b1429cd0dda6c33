using System.Security.Cryptography;
using Atrium.Server.Resources;

namespace Atrium.Server.Encryption;

/// <summary>Wraps and unwraps the keys of hubs, by the customer's key where the hub has one and by the installation's otherwise.</summary>
internal sealed class KeyVaulting(KeyOwners owners, ICustomerKeys customers, ISecretCipher installation)
{
    private const string Name = "hub-key";
    private const int GuidBytes = 16;

    /// <summary>A new key for a hub.</summary>
    /// <exception cref="CustomerKeyException">Its customer's key cannot be used.</exception>
    public async ValueTask<HubKeyRow> NewAsync(Guid hub, CancellationToken cancellationToken) =>
        await NewAsync(hub, (await owners.ReadAsync(cancellationToken)).FindHub(hub)?.CustomerKey, cancellationToken);

    /// <summary>A new key for a hub under a customer's key; under the installation's where there is none.</summary>
    /// <exception cref="CustomerKeyException">The customer's key cannot be used.</exception>
    public async ValueTask<HubKeyRow> NewAsync(Guid hub, CustomerKey? customer, CancellationToken cancellationToken)
    {
        var key = RandomNumberGenerator.GetBytes(DataKey.Size);
        try
        {
            return customer is null ? new(installation.Encrypt(KeyRows.HubPlace(hub), Name, key), null, null) : await WrapAsync(hub, key, customer, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The key of a hub, wrapped by a customer's.</summary>
    /// <exception cref="CustomerKeyException">The customer's key cannot be used.</exception>
    public async ValueTask<HubKeyRow> WrapAsync(Guid hub, byte[] key, CustomerKey customer, CancellationToken cancellationToken)
    {
        var bound = Bind(hub, key);
        try
        {
            var wrapped = await customers.WrapAsync(customer, bound, cancellationToken);
            return new(wrapped.Bytes, wrapped.Key.Vault, wrapped.Key.Identifier);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bound);
        }
    }

    /// <exception cref="CustomerKeyException">The customer's key cannot be used.</exception>
    /// <exception cref="CryptographicException">The row was changed.</exception>
    public async ValueTask<byte[]> UnwrapAsync(Guid hub, HubKeyRow row, CancellationToken cancellationToken)
    {
        if (row.CustomerKey is not { } customer)
        {
            return installation.DecryptBytes(KeyRows.HubPlace(hub), Name, row.Wrapped);
        }

        var bound = await customers.UnwrapAsync(new(customer, row.Wrapped), cancellationToken);
        try
        {
            return bound.Length == DataKey.Size + GuidBytes && new Guid(bound.AsSpan(DataKey.Size), bigEndian: true) == hub
                ? bound[..DataKey.Size]
                : throw new CryptographicException($"The key of hub '{hub}' is another's.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bound);
        }
    }

    /// <summary>Asks the customer's key whether it still opens the row, and follows a hub whose key has a newer version than wrapped it.</summary>
    /// <param name="hub">Whose key.</param>
    /// <param name="key">The key itself.</param>
    /// <param name="row">As it is kept.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The row under the newer version; null where it may stay as it is.</returns>
    /// <exception cref="CustomerKeyException">It does not.</exception>
    public async ValueTask<HubKeyRow?> FollowAsync(Guid hub, byte[] key, HubKeyRow row, CancellationToken cancellationToken)
    {
        await customers.ProveAsync(new(row.CustomerKey!, row.Wrapped), cancellationToken);
        return (await owners.ReadAsync(cancellationToken)).FindHub(hub)?.CustomerKey is { HasVersion: false } wanted
            && await customers.LookAsync(wanted, cancellationToken) is var current && current.Identifier != row.Identifier
                ? await WrapAsync(hub, key, wanted, cancellationToken)
                : null;
    }

    /// <summary>Whose key it is goes under the wrapping, which by itself binds nothing.</summary>
    private static byte[] Bind(Guid hub, byte[] key) => [.. key, .. hub.ToByteArray(bigEndian: true)];
}
