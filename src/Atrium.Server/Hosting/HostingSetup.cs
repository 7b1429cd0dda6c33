using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting;

/// <summary>Configuration, listening addresses and logs.</summary>
internal static class HostingSetup
{
    public static void AddHosting(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Get<AtriumOptions>() ?? new();
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Listen.Port);
        });
    }
}
