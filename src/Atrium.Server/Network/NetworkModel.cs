using System.Collections.Immutable;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Network;

/// <summary>The managed networks of all workspaces, in memory. A project has that of its hub. Immutable.</summary>
internal sealed record NetworkModel(ImmutableDictionary<string, OutboundNetwork> Networks, ImmutableDictionary<string, string> HubsOfProjects)
{
    public static readonly NetworkModel Empty = new(ImmutableDictionary<string, OutboundNetwork>.Empty, ImmutableDictionary<string, string>.Empty);

    /// <param name="workspace">Key of a hub, a project or a plain workspace.</param>
    public OutboundNetwork Find(string workspace) =>
        Networks.GetValueOrDefault(HubsOfProjects.GetValueOrDefault(workspace, workspace)) ?? OutboundNetwork.Gone;

    public NetworkModel With(Resource workspace, NetworkReader reader) => Workspaces.IsProject(workspace.Body)
        ? this with { HubsOfProjects = HubsOfProjects.SetItem(workspace.Stored.Key, workspace.Stored.Link ?? "") }
        : this with { Networks = Networks.SetItem(workspace.Stored.Key, reader.Read(workspace)) };

    public NetworkModel Without(string key) => new(Networks.Remove(key), HubsOfProjects.Remove(key));
}
