namespace Atrium.Server.Vault.Keys;

/// <summary>
/// Keys in the vaults of this installation, for features that encrypt with a customer's key. A key is named by its address, as clients show it:
/// <c>https://HOST/vaults/VAULT/keys/NAME[/VERSION]</c>, <c>https://VAULT.vault.SUFFIX/keys/NAME[/VERSION]</c>, or <c>https://HOST/keys/NAME/VERSION</c>.
/// Without a version the current one is meant. Wrapping is RSA-OAEP-256. Whether the caller may use the key is for the feature to ask before it takes the address.
/// </summary>
internal interface IVaultKeys
{
    /// <summary>Encrypts another key, of at most 190 bytes. The use is in the activity log before it is out.</summary>
    /// <exception cref="VaultKeyUnavailableException">The key does not do that now.</exception>
    ValueTask<WrappedKey> WrapAsync(string keyIdentifier, ReadOnlyMemory<byte> plain, VaultKeyUser user, CancellationToken cancellationToken);

    /// <summary>Decrypts what <see cref="WrapAsync"/> made, by the address that it gave. The caller zeroes the bytes when it is done with them.</summary>
    /// <exception cref="VaultKeyUnavailableException">The key does not do that now.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was not wrapped with this version of the key, or it was changed.</exception>
    ValueTask<byte[]> UnwrapAsync(string keyIdentifier, ReadOnlyMemory<byte> wrapped, VaultKeyUser user, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the key would unwrap now, without using it: no row in the activity log, so it may be asked every few seconds by whoever must notice that a key was taken away.
    /// </summary>
    /// <returns>The full address, with the version that is meant now.</returns>
    /// <exception cref="VaultKeyUnavailableException">It would not.</exception>
    ValueTask<string> LookAsync(string keyIdentifier, CancellationToken cancellationToken);
}

/// <summary>Who uses a key, for the activity log.</summary>
/// <param name="Caller">Object id.</param>
/// <param name="CorrelationId">Of the call it is for.</param>
internal sealed record VaultKeyUser(string Caller, string CorrelationId);

/// <summary>A key encrypted with a vault's key.</summary>
/// <param name="KeyIdentifier">Address of the version that can unwrap it, the vault in its path.</param>
/// <param name="Bytes">The ciphertext.</param>
internal sealed record WrappedKey(string KeyIdentifier, byte[] Bytes);

/// <summary>A key of a vault does not do what a feature asks of it.</summary>
internal sealed class VaultKeyUnavailableException(string keyIdentifier, VaultKeyReason reason, string because)
    : Exception($"The key '{keyIdentifier}' cannot be used: {because}.")
{
    public VaultKeyReason Reason => reason;

    public string KeyIdentifier => keyIdentifier;
}

/// <summary>Why a key of a vault cannot be used.</summary>
internal enum VaultKeyReason
{
    /// <summary>No vault of this installation has a key or a version of that address.</summary>
    NoSuchKey,

    /// <summary>The key or its vault is deleted. It works again when it is recovered.</summary>
    Deleted,

    /// <summary>It is disabled. It works again when it is enabled.</summary>
    Disabled,

    /// <summary>It is before or after the times in which the key is valid.</summary>
    NotValidNow,

    /// <summary>It is not among the key's <c>key_ops</c>, or the key is not of type RSA.</summary>
    OperationNotAllowed,
}
