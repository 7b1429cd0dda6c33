using System.ComponentModel;
using System.Net;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Network.Inbound;

/// <summary>What of the <c>Network</c> section of the configuration is about calls that come in.</summary>
internal sealed class InboundOptions : ISettingRules
{
    public const string Section = "Network";

    [Description("Addresses of reverse proxies before the server, as ranges. Of these alone X-Forwarded-For and X-Forwarded-Proto are believed; of all others they are passed over.")]
    [AllowedText(AddressRange.InWords)]
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>What the ids mean here by which resources name networks.</summary>
    public List<KnownNetwork> KnownNetworks { get; set; } = [];

    public IEnumerable<SettingProblem> Check() =>
    [
        .. Wrong($"{Section}:TrustedProxies", TrustedProxies),
        .. KnownNetworks.SelectMany((network, i) => Check($"{Section}:KnownNetworks:{i}", network)),
    ];

    private static IEnumerable<SettingProblem> Check(string key, KnownNetwork network)
    {
        if (!Contracts.ResourceId.TryParse(network.Id, out _, out _))
        {
            yield return new($"{key}:Id", network.Id.Length > 0 ? network.Id : "nothing", "the resource id of a private endpoint or a subnet");
        }

        foreach (var problem in Wrong($"{key}:Ranges", network.Ranges))
        {
            yield return problem;
        }
    }

    private static IEnumerable<SettingProblem> Wrong(string key, string[] ranges) =>
        ranges.Where(range => !AddressRange.TryParse(range, out IPNetwork _)).Select(range => new SettingProblem(key, range, AddressRange.InWords));

    /// <summary>A network that resources name by an id.</summary>
    internal sealed class KnownNetwork
    {
        [Description("The resource id of a private endpoint (as a privateEndpointConnection names it) or of a subnet (as a virtualNetworkRule does).")]
        [AllowedText("a resource id")]
        public string Id { get; set; } = "";

        [Description("Addresses from which calls come that come through this private endpoint, or out of this subnet.")]
        [AllowedText(AddressRange.InWords)]
        public string[] Ranges { get; set; } = [];
    }
}
