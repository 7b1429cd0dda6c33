using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Storage.Wire;

/// <summary>Tells URLs that lead to this server's own storage: what lies there is read right here, and not fetched.</summary>
internal sealed class OwnAddresses(ServerAddresses addresses, IOptions<AtriumOptions> options)
{
    /// <summary>Account and service (<c>account.blob</c>) of an address of ours, in the host's name or at the beginning of the path; null for one that leads elsewhere.</summary>
    /// <param name="url">Which.</param>
    /// <param name="host">By what name the caller reached us; null where nobody called.</param>
    public string? ServiceOf(Uri url, string? host)
    {
        if (options.Value.Listen.HostSuffix is { } suffix && HostNames.PathOf(url.Host, suffix) is { } path)
        {
            return path.TrimStart('/');
        }

        var isOurs = url.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)
            || url.Authority.Equals(new Uri(addresses.Https).Authority, StringComparison.OrdinalIgnoreCase)
            || url.Authority.Equals(new Uri(addresses.Http).Authority, StringComparison.OrdinalIgnoreCase);
        return isOurs ? Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/').Split('/')[0]) : null;
    }
}
