using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Atrium.Server.Hosting.Instance;

/// <summary>Where the server listens, once it does. With an IP address: some clients take path-style names only then.</summary>
internal sealed class ServerAddresses(IServer server)
{
    /// <summary>For keys, on this machine.</summary>
    public string Http => Of("http");

    /// <summary>For everything.</summary>
    public string Https => Of("https");

    private string Of(string scheme)
    {
        var all = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = BindingAddress.Parse(all.First(a => a.StartsWith($"{scheme}://", StringComparison.Ordinal)));

        // Where every address listens, loopback does too.
        var host = address.Host is "localhost" or "[::]" or "0.0.0.0" or "*" or "+" ? "127.0.0.1" : address.Host;
        return $"{scheme}://{host}:{address.Port}";
    }
}
