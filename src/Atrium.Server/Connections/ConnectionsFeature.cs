using Atrium.Server.Resources;

namespace Atrium.Server.Connections;

/// <summary>Connections of hubs and projects to outside services.</summary>
internal static class ConnectionsFeature
{
    public static IServiceCollection AddConnectionsFeature(this IServiceCollection services) => services.AddResourceType<ConnectionType>();
}
