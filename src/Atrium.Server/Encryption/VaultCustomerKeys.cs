using System.Security.Cryptography;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Vault.Keys;

namespace Atrium.Server.Encryption;

/// <summary>Customers' keys in the vaults of this installation.</summary>
internal sealed class VaultCustomerKeys(IVaultKeys vaults, IAtriumStore store) : ICustomerKeys
{
    public bool IsElsewhere(CustomerKey key) => false;

    public async ValueTask<bool> KnowsAsync(CustomerKey key, CancellationToken cancellationToken) =>
        ResourceId.TryParse(key.Vault, out var vault, out _) && await store.FindAsync(vault.Key, cancellationToken) is not null;

    public ValueTask<CustomerKey> LookAsync(CustomerKey key, CancellationToken cancellationToken) => AskAsync(key, full => Task.FromResult(full), cancellationToken);

    public async ValueTask ProveAsync(WrappedKey wrapped, CancellationToken cancellationToken) => await LookAsync(wrapped.Key, cancellationToken);

    public ValueTask<WrappedKey> WrapAsync(CustomerKey key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken) => AskAsync(key, async full =>
    {
        var wrapped = await vaults.WrapAsync(full.Identifier, plain, NewUser(), cancellationToken);
        return new WrappedKey(full with { Identifier = wrapped.KeyIdentifier }, wrapped.Bytes);
    }, cancellationToken);

    public ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) =>
        AskAsync(wrapped.Key, async full => await vaults.UnwrapAsync(full.Identifier, wrapped.Bytes, NewUser(), cancellationToken), cancellationToken);

    private static VaultKeyUser NewUser() => new(Caller.System.ObjectId, Guid.NewGuid().ToString());

    /// <summary>Looks first which key is meant: an address need not name the vault, and another vault than the hub's is nobody's to use.</summary>
    private async ValueTask<T> AskAsync<T>(CustomerKey key, Func<CustomerKey, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var full = await vaults.LookAsync(key.Identifier, cancellationToken);
            return EncryptionRules.NamesVault(full, ResourceId.Parse(key.Vault).Name)
                ? await ask(key with { Identifier = full })
                : throw new CustomerKeyException("The vault has no such key or version.", isRefusal: true);
        }
        catch (VaultKeyUnavailableException unavailable)
        {
            throw new CustomerKeyException(
                unavailable.Reason == VaultKeyReason.NoSuchKey && !await KnowsAsync(key, cancellationToken) ? "Its vault is none of this installation, nor one that the settings name (Encryption:Vaults)." : InWords(unavailable.Reason), isRefusal: true);
        }
        catch (CryptographicException)
        {
            throw new CustomerKeyException("It does not open what was encrypted with it.", isRefusal: true);
        }
    }

    private static string InWords(VaultKeyReason reason) => reason switch
    {
        VaultKeyReason.Deleted => "The key or its vault is deleted; recover it.",
        VaultKeyReason.Disabled => "The key is disabled; enable it.",
        VaultKeyReason.NotValidNow => "It is before or after the times in which the key is valid.",
        VaultKeyReason.OperationNotAllowed => "The key must be of type RSA and allow wrapKey and unwrapKey.",
        _ => "The vault has no such key or version.",
    };
}
