using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary>The managed network and its outbound rules, as published.</summary>
internal static class NetworkShape
{
    private static readonly ObjectShape PrivateEndpointDestination = Shape.Object(
        new Property("serviceResourceId", Shape.IdOf()).Required(),
        new Property("subresourceTarget", Shape.Text(80, min: 1)).Required(),
        new Property("sparkEnabled", Shape.Flag()),
        new Property("sparkStatus", Shape.Any()).ReadOnly());

    private static readonly ObjectShape ServiceTagDestination = Shape.Object(
        new Property("serviceTag", Shape.Text(128, min: 1)).Required(),
        new Property("protocol", Shape.OneOf("TCP", "UDP", "ICMP", "*")),
        new Property("portRanges", Shape.Text(256)),
        new Property("action", Shape.OneOf("Allow", "Deny")),
        new Property("addressPrefixes", Shape.List(Shape.Text(64), max: 100)));

    /// <summary>One rule. Its status is that of the network, so no request sets it.</summary>
    public static readonly Shape Rule = Shape.Variant(
        "type",
        Shape.Object(
            new Property("category", Shape.OneOf("Required", "Recommended", "UserDefined", "Dependency")),
            new Property("status", Shape.Any()).ReadOnly(),
            new Property("errorInformation", Shape.Any()).ReadOnly(),
            new Property("parentRuleNames", Shape.Any()).ReadOnly()),
        ("FQDN", Shape.Object(new Property("destination", Shape.Text(255, min: 1)).Required())),
        ("PrivateEndpoint", Shape.Object(new Property("destination", PrivateEndpointDestination).Required())),
        ("ServiceTag", Shape.Object(new Property("destination", ServiceTagDestination).Required())));

    public static readonly ObjectShape ManagedNetwork = Shape.Object(
        new Property("isolationMode", Shape.OneOf("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound")),
        new Property("outboundRules", Shape.Map(Rule, max: 1000)),
        new Property("firewallSku", Shape.OneOf("Standard", "Basic")),
        new Property("enableNetworkMonitor", Shape.Flag()),
        new Property("enableFirewallLog", Shape.Flag()),
        new Property("managedNetworkKind", Shape.OneOf("V1", "V2")),
        new Property("networkId", Shape.Any()).ReadOnly(),
        new Property("status", Shape.Any()).ReadOnly(),
        new Property("changeableIsolationModes", Shape.Any()).ReadOnly(),
        new Property("firewallPublicIpAddress", Shape.Any()).ReadOnly());
}
