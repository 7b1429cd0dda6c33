using Atrium.Server.AiServices;
using Atrium.Server.Audit;
using Atrium.Server.Connections;
using Atrium.Server.Egress;
using Atrium.Server.Encryption;
using Atrium.Server.Gateway;
using Atrium.Server.Gateway.Speech.Sockets;
using Atrium.Server.Graph;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Health;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Hubs;
using Atrium.Server.Identity;
using Atrium.Server.Models;
using Atrium.Server.Network;
using Atrium.Server.Network.Inbound;
using Atrium.Server.Policies;
using Atrium.Server.Portal;
using Atrium.Server.Projects;
using Atrium.Server.Registry;
using Atrium.Server.Resources;
using Atrium.Server.Storage;
using Atrium.Server.Storage.Files;
using Atrium.Server.Subscriptions;
using Atrium.Server.Usage;
using Atrium.Server.Vault;

namespace Atrium.Server;

/// <summary>The table of contents.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => Cli.AtriumCommand.RunAsync(args);

    /// <summary>The server, ready to start. Tests build it the same way.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddHosting(args);
        builder.Services
            .AddPersistence()
            .AddResources()
            .AddEgressFeature()
            .AddIdentityFeature()
            .AddPoliciesFeature()
            .AddSubscriptionsFeature()
            .AddHubsFeature()
            .AddEncryptionFeature()
            .AddProjectsFeature()
            .AddConnectionsFeature()
            .AddAiServicesFeature()
            .AddStorageFeature()
            .AddVaultFeature()
            .AddRegistryFeature()
            .AddModelsFeature()
            .AddUsageFeature()
            .AddAuditFeature()
            .AddNetworkFeature()
            .AddGatewayFeature()
            .AddGraphFeature()
            .AddPortalFeature();
        configure?.Invoke(builder);
        builder.DemandSettings();

        var app = builder.Build();
        app.UseKnownProxies();
        app.UseCorrelationIds();
        app.UseErrors();
        app.UsePathTidy();
        app.UseHostNames();
        app.UseVaultPaths();
        app.UseFileRenames();
        app.UseSpeechSockets();
        app.UseIdentity();
        app.UseRouting();
        app.MapHealth();
        app.MapResources();
        app.MapIdentityFeature();
        app.MapSubscriptionsFeature();
        app.MapAiServicesFeature();
        app.MapVaultFeature();
        app.MapModelsFeature();
        app.MapStorageFeature();
        app.MapRegistryFeature();
        app.MapUsageFeature();
        app.MapAuditFeature();
        app.MapGatewayFeature();
        app.MapGraphFeature();
        app.MapPortalFeature();
        return app;
    }
}
