using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Vault.Keys;

/// <inheritdoc cref="IVaultKeys"/>
internal sealed class VaultKeys(IAtriumStore store, KeyStore keys, ServerAddresses addresses, IOptions<AtriumOptions> options, TimeProvider clock) : IVaultKeys
{
    public async ValueTask<WrappedKey> WrapAsync(string keyIdentifier, ReadOnlyMemory<byte> plain, VaultKeyUser user, CancellationToken cancellationToken)
    {
        var version = await OpenAsync(keyIdentifier, KeyOperation.WrapKey, cancellationToken);
        var wrapped = KeyCrypto.Encrypt(version.Document["key"]!.AsObject(), EncryptionAlgorithm.OaepSha256, plain.Span);
        await keys.LogAsync(Log(version, KeyOperation.WrapKey, user), cancellationToken);
        return new(AddressOf(version), wrapped);
    }

    public async ValueTask<byte[]> UnwrapAsync(string keyIdentifier, ReadOnlyMemory<byte> wrapped, VaultKeyUser user, CancellationToken cancellationToken)
    {
        var version = await OpenAsync(keyIdentifier, KeyOperation.UnwrapKey, cancellationToken);
        return await keys.DecryptAsync(version, EncryptionAlgorithm.OaepSha256, wrapped, Log(version, KeyOperation.UnwrapKey, user), cancellationToken);
    }

    public async ValueTask<string> LookAsync(string keyIdentifier, CancellationToken cancellationToken) =>
        AddressOf(await OpenAsync(keyIdentifier, KeyOperation.UnwrapKey, cancellationToken));

    private async ValueTask<VaultItem> OpenAsync(string identifier, KeyOperation operation, CancellationToken cancellationToken)
    {
        if (KeyAddress.Parse(identifier, options.Value.Listen.HostSuffix) is not { } address || await FindAsync(address, cancellationToken) is not { } head)
        {
            throw new VaultKeyUnavailableException(identifier, VaultKeyReason.NoSuchKey, "no vault of this installation has a key of that address");
        }

        // The vault's own row tells of its deletion; what lies in it keeps its rows as they are.
        var vault = head.Id.Parent!;
        if (head.Row.PurgeAt is not null || await store.FindAsync(vault.Key, cancellationToken) is not { PurgeAt: null })
        {
            throw new VaultKeyUnavailableException(identifier, VaultKeyReason.Deleted, "it or its vault is deleted");
        }

        if (await keys.FindVersionAsync(vault, head.Id.Name, address.Version ?? head.Version, cancellationToken) is not { } version)
        {
            throw new VaultKeyUnavailableException(identifier, VaultKeyReason.NoSuchKey, "it has no such version");
        }

        return KeyRules.Check(version.Document, operation, clock.GetUtcNow()) switch
        {
            null => version,
            KeyRefusal.Disabled => throw new VaultKeyUnavailableException(identifier, VaultKeyReason.Disabled, "it is disabled"),
            KeyRefusal.OperationForbidden => throw new VaultKeyUnavailableException(identifier, VaultKeyReason.OperationNotAllowed, $"{operation.Word} is not permitted on it"),
            _ => throw new VaultKeyUnavailableException(identifier, VaultKeyReason.NotValidNow, "it is not valid at this time"),
        };
    }

    private async ValueTask<VaultItem?> FindAsync(KeyAddress address, CancellationToken cancellationToken)
    {
        if (address.Vault is null)
        {
            // A version's number is unique but for restored backups: two places would leave open whose word counts, so neither is taken.
            return await keys.FindAnywhereAsync(address.Name, address.Version!, after: null, take: 2, cancellationToken) is [var only]
                ? await keys.FindAsync(only.Id.Parent!.Parent!, address.Name, cancellationToken)
                : null;
        }

        return await VaultNames.FindOwnerAsync(address.Vault, store, cancellationToken) is { } key && await store.FindAsync(key, cancellationToken) is { } vault
            ? await keys.FindAsync(ResourceId.Parse(vault.Id), address.Name, cancellationToken)
            : null;
    }

    private string AddressOf(VaultItem version) =>
        new KeyAddress(version.Id.Parent!.Parent!.Name, version.Id.Parent!.Name, version.Version).On(addresses.Https);

    private ActivityRow Log(VaultItem version, KeyOperation operation, VaultKeyUser user) =>
        VaultActivity.Row(clock.GetUtcNow(), operation.Right, version.Id.Parent!, user.Caller, user.CorrelationId);
}
