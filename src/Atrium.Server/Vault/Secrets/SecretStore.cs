using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>The secrets of vaults.</summary>
internal sealed class SecretStore(IAtriumStore store, ISecretCipher cipher, TimeProvider clock) : VaultItemStore(VaultKind.Secrets, store, cipher, clock);
