using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Network.Rules;
using Atrium.Server.Resources;

namespace Atrium.Server.Network;

/// <summary>Makes a managed network ready to decide: the rules of the hub, and those that the service adds.</summary>
internal sealed class NetworkReader(OwnServer own, HostNames names)
{
    /// <param name="workspace">A hub or a plain workspace.</param>
    public OutboundNetwork Read(Resource workspace)
    {
        var network = workspace.Properties["managedNetwork"] as JsonObject;
        var required = WorkspaceFacts.RequiredRules(workspace, _ => true);
        var written = (network?["outboundRules"] as JsonObject ?? []).Select(rule => KeyValuePair.Create(rule.Key, rule.Value as JsonObject ?? []));
        return new(ManagedNetworkRules.Mode(network), [.. required.Concat(written).Select(rule => Read(rule.Key, rule.Value)).OfType<OutboundRule>()]);
    }

    private OutboundRule? Read(string name, JsonObject rule) => rule.Text("type") switch
    {
        FqdnRule.TypeName => FqdnRule.Read(name, rule),
        ServiceTagRule.TypeName => ServiceTagRule.Read(name, rule, own),
        PrivateEndpointRule.TypeName => PrivateEndpointRule.Read(name, rule, names),
        _ => null,
    };
}
