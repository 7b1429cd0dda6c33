using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Atrium.Server.Egress;

/// <summary>What is outside this process: names and sockets.</summary>
internal interface IOutside
{
    /// <summary>The addresses of this machine.</summary>
    IReadOnlySet<IPAddress> OwnAddresses { get; }

    /// <exception cref="SocketException">There is no such name.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to the first of the addresses that takes it.</summary>
    Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken);
}

/// <summary>The real one.</summary>
internal sealed class Outside(TimeProvider clock) : IOutside
{
    private static readonly TimeSpan OwnAddressesLife = TimeSpan.FromMinutes(1);
    private volatile OwnAddressList own = new(new HashSet<IPAddress>(), DateTimeOffset.MinValue);

    public IReadOnlySet<IPAddress> OwnAddresses
    {
        get
        {
            var now = clock.GetUtcNow();
            if (own.ReadAt + OwnAddressesLife < now)
            {
                own = new(NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(a => a.Address)).ToHashSet(), now);
            }

            return own.Addresses;
        }
    }

    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
#pragma warning disable RS0030 // The one place where names are resolved.
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
#pragma warning restore RS0030

    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // The one place where the server's own connections begin.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore RS0030
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record OwnAddressList(IReadOnlySet<IPAddress> Addresses, DateTimeOffset ReadAt);
}
