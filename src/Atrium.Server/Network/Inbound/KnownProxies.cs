using Atrium.Server.Resources.Networks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Network.Inbound;

/// <summary>Takes from the operator's own proxies, and from nobody else, for whom they call.</summary>
internal static class KnownProxies
{
    /// <summary>The most proxies one behind the other that are gone through.</summary>
    private const int MostProxies = 8;

    public static void UseKnownProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<InboundOptions>>().Value.TrustedProxies;
        if (proxies.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = MostProxies };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(AddressRange.Parse(proxy));
        }

        app.UseForwardedHeaders(options);
    }
}
