namespace Atrium.Server.Resources;

/// <summary>Encrypts secrets of workspaces, each workspace's under a key of its own. Owned here, implemented by Encryption.</summary>
internal interface IWorkspaceSecrets
{
    /// <summary>The ciphertext, bound to its place as <see cref="ISecretCipher"/> does it.</summary>
    /// <param name="workspace">GUID of the hub or project whose it is; null, or one that is not there, for the installation's own.</param>
    /// <param name="resourceKey">Of the resource that the secret is kept beside.</param>
    /// <param name="name">Of the secret there.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="cancellationToken">Ends the look-up of the key.</param>
    /// <exception cref="Hosting.ApiException">403: the hub's customer-managed key cannot be used.</exception>
    ValueTask<byte[]> EncryptAsync(Guid? workspace, string resourceKey, string name, string secret, CancellationToken cancellationToken);

    /// <exception cref="Hosting.ApiException">403: the hub's customer-managed key cannot be used.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Changed, moved from another place, or encrypted under another key.</exception>
    ValueTask<string> DecryptAsync(string resourceKey, string name, byte[] ciphertext, CancellationToken cancellationToken);
}
