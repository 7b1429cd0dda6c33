using Atrium.Server.Egress;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Storage.Sealing;

namespace Atrium.Server.Encryption;

/// <summary>Keys: a data key for each workspace, wrapped by its hub's key, which the installation's or a customer's key wraps.</summary>
internal static class EncryptionFeature
{
    public static IServiceCollection AddEncryptionFeature(this IServiceCollection services) => services
        .AddSettings<EncryptionOptions>(EncryptionOptions.Section)
        .AddKeptType(KeyRows.HubType)
        .AddKeptType(KeyRows.DataType)
        .AddSingleton<KeyOwners>()
        .AddSingleton<KeyRows>()
        .AddSingleton<KeyVaulting>()
        .AddSingleton<KeyRing>()
        .AddSingleton<IContentKeys, ContentKeys>()
        .AddEgressDoor(ExternalVault.Door)
        .AddSingleton<VaultCustomerKeys>()
        .AddSingleton<ICustomerKeys, CustomerKeys>()
        .AddSingleton<IWorkspaceSecrets, WorkspaceSecrets>()
        .AddSingleton<IHubKeys, HubKeyKeeper>()
        .AddSingleton<KeyWatch>()
        .AddHostedService(provider => provider.GetRequiredService<KeyWatch>());
}
