using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Atrium.Server.Hosting;

/// <summary>The address that answers name where a resource must show one: that of HTTPS, with an IP address where it listens on this machine only.</summary>
internal sealed class PublicAddress(IServer server)
{
    /// <summary>Scheme, host and port, without a slash at the end.</summary>
    public string Base => (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => a.StartsWith("https", StringComparison.Ordinal)) ?? "https://127.0.0.1")
        .Replace("://localhost", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::1]", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .TrimEnd('/');
}
