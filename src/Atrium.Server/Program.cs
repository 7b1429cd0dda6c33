using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Projects;
using Atrium.Server.Resources;
using Atrium.Server.Subscriptions;

namespace Atrium.Server;

/// <summary>The table of contents.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        await using var app = Build(args);
        await app.Services.PrepareStoreAsync(CancellationToken.None);
        await app.RunAsync();
        return 0;
    }

    /// <summary>The server, ready to start. Tests build it the same way.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddHosting();
        builder.Services
            .AddPersistence()
            .AddResources()
            .AddSubscriptionsFeature()
            .AddHubsFeature()
            .AddProjectsFeature();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseCorrelationIds();
        app.UseErrors();
        app.UseRouting();
        app.MapResources();
        app.MapSubscriptionsFeature();
        return app;
    }
}
