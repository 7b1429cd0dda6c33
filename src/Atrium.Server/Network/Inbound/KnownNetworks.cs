using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Atrium.Server.Resources.Networks;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Network.Inbound;

/// <summary>Which addresses the ids of private endpoints and subnets stand for here, as the operator wrote. An id that he did not write stands for none.</summary>
internal sealed class KnownNetworks(IOptions<InboundOptions> options)
{
    private readonly FrozenDictionary<string, ImmutableArray<IPNetwork>> byId = options.Value.KnownNetworks
        .GroupBy(network => network.Id.ToLowerInvariant())
        .ToFrozenDictionary(same => same.Key, same => same.SelectMany(network => network.Ranges).Select(AddressRange.Parse).ToImmutableArray());

    /// <param name="id">In lower case.</param>
    /// <param name="address">Of a caller.</param>
    public bool Holds(string id, IPAddress address) => byId.TryGetValue(id, out var ranges) && ranges.Any(range => AddressRange.Holds(range, address));
}
