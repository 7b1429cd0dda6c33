using System.Collections.Immutable;
using System.Net;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Tls;
using Atrium.Server.Network.Rules;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Network;

/// <summary>Tells whether a call goes to this installation itself.</summary>
internal sealed class OwnServer(IOptions<AtriumOptions> options, ServerAddresses addresses, IOutside outside)
{
    private readonly ImmutableArray<HostPattern> names = [.. ServerNames.Of(options.Value).Select(name => new HostPattern(EgressTarget.PlainHost(name)))];

    /// <param name="host">In plain form.</param>
    /// <param name="port">The port.</param>
    public bool Is(string host, int port) =>
        (port == new Uri(addresses.Https).Port || port == new Uri(addresses.Http).Port)
        && (names.Any(name => name.Covers(host)) || (IPAddress.TryParse(host, out var literal) && outside.OwnAddresses.Contains(literal)));
}
