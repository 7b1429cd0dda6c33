using Atrium.Portal.Hosting;
using Atrium.Server.Resources;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;

namespace Atrium.Server.Portal;

/// <summary>
/// The portal as an application within the server, built when its first page is asked for: until then it costs neither time nor memory. It has services of its
/// own, so its pages cannot reach what the server keeps; what they share is listed in <see cref="Build"/>.
/// </summary>
internal sealed class PortalApplication(IServiceProvider server) : IAsyncDisposable
{
    /// <summary>Where the build has put the list of static files: under the program's name.</summary>
    private const string Name = "atrium";

    private readonly Lock gate = new();
    private WebApplication? application;
    private RequestDelegate? pipeline;

    public Task InvokeAsync(HttpContext context) => (pipeline ?? Open())(context);

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.DisposeAsync();
        }
    }

    private RequestDelegate Open()
    {
        lock (gate)
        {
            return pipeline ??= Build();
        }
    }

    private RequestDelegate Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.Services
            .AddSingleton(server.GetRequiredService<IServer>())
            .AddSingleton(server.GetRequiredService<ILoggerFactory>())
            .AddSingleton(server.GetRequiredService<IHostApplicationLifetime>())
            .AddSingleton(server.GetRequiredService<TimeProvider>())
            .AddSingleton<IPortalHost>(server.GetRequiredService<PortalHost>())
            .AddSingleton<IDataProtectionProvider>(new PortalProtection(server.GetRequiredService<ISecretCipher>()))
            .AddRouting()
            .AddPortal();
        application = builder.Build();
        application.UseRouting();
        application.UseAntiforgery();
        application.MapPortal(Path.Combine(AppContext.BaseDirectory, $"{Name}.staticwebassets.endpoints.json"));
#pragma warning disable ASP0014 // The framework adds this by itself to an application that is started; this one only answers.
        application.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        var pages = ((IApplicationBuilder)application).Build();
        var scopes = application.Services.GetRequiredService<IServiceScopeFactory>();
        return async context =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var outer = context.RequestServices;
            context.SetEndpoint(null);
            context.Request.RouteValues.Clear();
            context.RequestServices = scope.ServiceProvider;
            try
            {
                await pages(context);
            }
            finally
            {
                context.RequestServices = outer;
            }
        };
    }
}
