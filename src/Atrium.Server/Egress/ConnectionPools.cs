using System.Collections.Concurrent;
using System.Net;

namespace Atrium.Server.Egress;

/// <summary>
/// Open connections, kept apart by what was checked when they were opened: those of one managed network are never used under another one, nor under the same
/// after it was changed, and those to a granted private address only by whom it was granted to.
/// </summary>
internal sealed class ConnectionPools(AddressRules addresses, IOutside outside)
{
    private const int MaxPools = 256;
    private const int MaxConnectionsPerServer = 1024;
    private const int MaxHeaderKilobytes = 64;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleConnections = TimeSpan.FromMinutes(2);

    /// <summary>A name is resolved and checked again after that.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Key, HttpMessageInvoker> pools = new();

    public HttpMessageInvoker Of(IOutboundNetwork? network, PrivateTarget? granted)
    {
        var key = new Key(network, granted);
        if (pools.TryGetValue(key, out var pool))
        {
            return pool;
        }

        // The connections of a pool that is let go close when they are idle; calls that are under way keep it alive.
        if (pools.Count >= MaxPools)
        {
            pools.Clear();
        }

        return pools.GetOrAdd(key, static (key, pools) => pools.Open(key), this);
    }

    private HttpMessageInvoker Open(Key key)
    {
#pragma warning disable RS0030 // The one place from which the server calls out.
        return new(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => ConnectAsync(key, context.DnsEndPoint, cancellationToken),
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = IdleConnections,
            PooledConnectionLifetime = ConnectionLife,
            MaxConnectionsPerServer = MaxConnectionsPerServer,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
        });
#pragma warning restore RS0030
    }

    /// <summary>The name is resolved once, every address is checked, and those very addresses are connected to, so a name cannot change its mind in between.</summary>
    private async ValueTask<Stream> ConnectAsync(Key key, DnsEndPoint place, CancellationToken cancellationToken)
    {
        var host = EgressTarget.PlainHost(place.Host);
        var isGranted = key.Granted?.Is(host, place.Port) == true;
        var found = await outside.ResolveAsync(host, cancellationToken);
        if (found.Count == 0 || !found.All(address => addresses.Allows(address, isGranted)))
        {
            throw new EgressRefusedException(EgressRefusal.Unreachable, EgressRefusedException.UnreachableMessage);
        }

        foreach (var address in key.Network is null ? [] : found)
        {
            if (key.Network!.Decide(host, place.Port, address) is { Answer: not OutboundAnswer.Allowed } verdict)
            {
                throw new EgressRefusedException(EgressRefusal.NoRule, verdict.Reason);
            }
        }

        return await outside.ConnectAsync(found, place.Port, cancellationToken);
    }

    private sealed record Key(IOutboundNetwork? Network, PrivateTarget? Granted);
}
