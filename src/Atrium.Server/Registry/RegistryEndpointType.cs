using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Registry;

/// <summary>Private endpoints that lead to a registry.</summary>
internal sealed class RegistryEndpointType() : EndpointConnectionType(RegistryType.TypeName, RegistryType.Versions)
{
    public override int CreatedStatus => StatusCodes.Status201Created;
}
