using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network.Rules;

/// <summary>A rule that leads to a resource of this installation. One of another installation is reached by an FQDN rule, as this one knows nothing of its addresses.</summary>
internal sealed record PrivateEndpointRule(string Name, ResourceId? Resource, HostNames Names) : OutboundRule(Name, TypeName)
{
    public const string TypeName = "PrivateEndpoint";

    public static PrivateEndpointRule Read(string name, JsonObject rule, HostNames names) =>
        new(name, ResourceId.TryParse((rule["destination"] as JsonObject)?.Text("serviceResourceId"), out var id, out _) ? id : null, names);

    public override RuleMatch Match(OutboundCall call) =>
        call.Protocol == OutboundCall.Tcp && AddressOf(Resource) is { } text && new Uri(text) is var address && address.Port == call.Port && address.IdnHost == call.Host
            ? RuleMatch.Yes
            : RuleMatch.No;

    private string? AddressOf(ResourceId? resource) => resource switch
    {
        null => null,
        _ when resource.IsOfType(Workspaces.AccountType) => Names.OfAccount(resource.Name),
        _ when resource.IsOfType(Workspaces.VaultType) => Names.OfVault(resource.Name),
        _ => null,
    };
}
