using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Connections;

/// <summary>
/// Who may aim a connection at a private address: whoever may change the hub itself, for he decides about its network. What he wrote is kept beside the
/// connection, so that it can be told from what a developer of a project writes, and holds for that host and port only.
/// </summary>
internal static class ConnectionTarget
{
    private const string GrantName = "privateTarget";
    private const string Permission = $"{Workspaces.Type}/write";

    /// <summary>The private host and port that the connection may lead to; null for none.</summary>
    public static PrivateTarget? GrantedOf(Resource connection) => PrivateTarget.Parse(connection.Internal.Text(GrantName));

    /// <summary>Settles the grant of a connection that is written.</summary>
    /// <param name="edit">The write.</param>
    /// <param name="workspace">Where the connection is to lie.</param>
    /// <param name="access">Tells whether the caller may change the hub.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public static async ValueTask SettleAsync(ResourceEdit edit, Resource workspace, IAccessControl access, CancellationToken cancellationToken)
    {
        var kept = (JsonObject)(edit.After[Resource.InternalName] ??= new JsonObject());
        var before = edit.Before is { } old ? GrantedOf(old) : null;
        var wanted = PrivateTarget.Read(edit.Text("target"));
        kept.Remove(GrantName);
        if (wanted is null)
        {
            return;
        }

        var hub = ResourceId.Parse(workspace.Stored.Link ?? workspace.Id.Text);
        if (wanted == before || await access.IsAllowedAsync(edit.Caller, Permission, hub, cancellationToken))
        {
            kept[GrantName] = wanted.ToString();
        }
        else if (!edit.Text("target")!.Equals(edit.Before?.Properties.Text("target"), StringComparison.Ordinal))
        {
            edit.Problems.Add(new(
                "properties.target",
                $"'{wanted.Host}' is an address of a private network. A connection to it is made by somebody who may change the hub ({Permission} on it)."));
        }
    }
}
