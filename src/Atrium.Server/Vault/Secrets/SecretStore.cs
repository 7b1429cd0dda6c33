using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>The secrets of vaults. One whose name begins with the GUID of a workspace is that one's, and lies under its data key.</summary>
internal sealed class SecretStore(IAtriumStore store, IWorkspaceSecrets secrets, TimeProvider clock) : VaultItemStore(VaultKind.Secrets, store, clock)
{
    protected override ValueTask<byte[]> EncryptAsync(string name, string place, string value, CancellationToken cancellationToken) =>
        secrets.EncryptAsync(OwnedName.OwnerOf(name), place, Value, value, cancellationToken);

    protected override ValueTask<string> DecryptAsync(string place, byte[] ciphertext, CancellationToken cancellationToken) => secrets.DecryptAsync(place, Value, ciphertext, cancellationToken);
}
