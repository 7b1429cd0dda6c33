using System.ComponentModel;
using System.Net;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Network;

/// <summary>The <c>Network</c> section of the configuration.</summary>
internal sealed class NetworkOptions : ISettingRules
{
    public const string Section = "Network";

    [Description("Private addresses that URLs in requests (an image to look at) may lead to, as ranges such as 10.1.0.0/16. All others that are not public are refused: the server must not reach for its callers where they cannot.")]
    public string[] AllowedPrivateRanges { get; set; } = [];

    public IEnumerable<SettingProblem> Check() => AllowedPrivateRanges
        .Where(range => !IPNetwork.TryParse(range, out _))
        .Select(range => new SettingProblem($"{Section}:AllowedPrivateRanges", range, "a range such as 10.1.0.0/16 or fd00::/8"));
}
