using System.ComponentModel;
using System.Net;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Egress;

/// <summary>What of the <c>Network</c> section of the configuration is about calling out.</summary>
internal sealed class EgressOptions : ISettingRules
{
    public const string Section = "Network";

    [Description("Private addresses that the server may connect to, for URLs in requests (an image to look at) and for connections of whomever, as ranges such as 10.1.0.0/16. All others that are not public are refused: the server must not reach for its callers where they cannot. Connections that an administrator of the hub makes to a private address need no entry.")]
    public string[] AllowedPrivateRanges { get; set; } = [];

    public IEnumerable<SettingProblem> Check() => AllowedPrivateRanges
        .Where(range => !IPNetwork.TryParse(range, out _))
        .Select(range => new SettingProblem($"{Section}:AllowedPrivateRanges", range, "a range such as 10.1.0.0/16 or fd00::/8"));
}
