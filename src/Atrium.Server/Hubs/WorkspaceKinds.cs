using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>The kinds of workspace, by name.</summary>
internal sealed class WorkspaceKinds(IEnumerable<IWorkspaceKind> kinds)
{
    private readonly FrozenDictionary<string, IWorkspaceKind> byName = kinds.ToFrozenDictionary(k => k.Name, StringComparer.OrdinalIgnoreCase);

    public IWorkspaceKind Of(JsonObject document) => byName[Workspaces.KindOf(document)];
}
