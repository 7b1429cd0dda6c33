using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network.Rules;

/// <summary>
/// A rule that names a host: <c>example.org</c>, or <c>*.example.org</c> for what lies below it, on the ports of the web or on the one that the rule names
/// (<c>example.org:80</c>).
/// </summary>
internal sealed record FqdnRule(string Name, HostPattern Host, int? Port) : OutboundRule(Name, TypeName)
{
    public const string TypeName = "FQDN";

    public static bool TakesPort(int port) => port is 80 or 443;

    public static FqdnRule Read(string name, JsonObject rule)
    {
        var destination = rule.Text("destination") ?? "";
        var colon = destination.LastIndexOf(':');
        return colon < 0
            ? new(name, new(destination), null)
            : new(name, new(destination[..colon]), int.TryParse(destination.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0);
    }

    public override RuleMatch Match(OutboundCall call) =>
        call.Protocol == OutboundCall.Tcp && (Port is { } only ? only == call.Port : TakesPort(call.Port)) && Host.Covers(call.Host) ? RuleMatch.Yes : RuleMatch.No;
}
