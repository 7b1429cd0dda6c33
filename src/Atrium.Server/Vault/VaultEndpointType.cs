using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Vault;

/// <summary>Private endpoints that lead to a vault.</summary>
internal sealed class VaultEndpointType() : EndpointConnectionType(VaultType.TypeName, VaultType.Versions);
