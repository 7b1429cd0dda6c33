using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network;

/// <summary>
/// A rule that names a host: <c>example.org</c>, or <c>*.example.org</c> for what lies below it, on the ports of the web or on the one that the rule names
/// (<c>example.org:80</c>).
/// </summary>
internal sealed record FqdnRule(string Name, string Host, int? Port)
{
    private const string AnyBelow = "*.";

    public static bool TakesPort(int port) => port is 80 or 443;

    /// <summary>Null for a rule of another type.</summary>
    public static FqdnRule? Read(string name, JsonObject rule)
    {
        if (rule.Text("type") != "FQDN" || rule.Text("destination") is not { } destination)
        {
            return null;
        }

        var colon = destination.LastIndexOf(':');
        return colon < 0
            ? new(name, destination.ToLowerInvariant(), null)
            : new(name, destination[..colon].ToLowerInvariant(), int.TryParse(destination.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0);
    }

    public bool Covers(string host, int port) => (Port is { } only ? only == port : TakesPort(port)) && CoversHost(host);

    private bool CoversHost(string host) => Host.StartsWith(AnyBelow, StringComparison.Ordinal)
        ? host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.Ordinal)
        : host == Host;
}
