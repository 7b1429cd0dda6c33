using Atrium.Server.Connections.Audit;
using Atrium.Server.Connections.Health;
using Atrium.Server.Egress;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Connections;

/// <summary>Connections of hubs and projects to outside services.</summary>
internal static class ConnectionsFeature
{
    public static IServiceCollection AddConnectionsFeature(this IServiceCollection services) => services
        .AddSettings<ConnectionsOptions>(ConnectionsOptions.Section)
        .AddResourceType<ConnectionType>()
        .AddKeptType(ConnectionUses.RowType)
        .AddEgressDoor(ConnectionTest.Door)
        .AddSingleton<ConnectionSecrets>()
        .AddSingleton<ConnectionTest>()
        .AddSingleton<ConnectionAudit>()
        .AddSingleton<IWorkspaceActions>(provider => provider.GetRequiredService<ConnectionAudit>())
        .AddSingleton<ConnectionUses>()
        .AddHostedService(provider => provider.GetRequiredService<ConnectionUses>())
        .AddHostedService<RotationReminder>();
}
