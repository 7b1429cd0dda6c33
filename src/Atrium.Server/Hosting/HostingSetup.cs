using Atrium.Server.Hosting.Settings;
using Atrium.Server.Hosting.Tls;
using Atrium.Server.Hosting.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting;

/// <summary>Configuration, listening addresses and certificates.</summary>
internal static class HostingSetup
{
    /// <exception cref="SettingsException">A configuration file is missing or cannot be read.</exception>
    public static void AddHosting(this WebApplicationBuilder builder, string[] args)
    {
        // The framework's own sources (ASPNETCORE_ variables, appsettings.json of the current folder) would be a second set of rules.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddAtriumSettings(args);
        builder.Services.AddSettings<AtriumOptions>("");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Instance.ServerAddresses>();
        builder.Services.AddSingleton<HostNames>();
        builder.Services.AddTls();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenAs(kestrel.ApplicationServices.GetRequiredService<IOptions<AtriumOptions>>().Value.Listen);
        });
    }

    /// <summary>After everything is registered and before anything is made: the server reads its options as soon as it is built.</summary>
    /// <exception cref="SettingsException">Lists all that is wrong.</exception>
    public static void DemandSettings(this WebApplicationBuilder builder) => SettingsCheck.Demand(
        builder.Configuration, [.. builder.Services.Select(s => s.ServiceType == typeof(SettingsSection) ? s.ImplementationInstance : null).OfType<SettingsSection>()]);
}
