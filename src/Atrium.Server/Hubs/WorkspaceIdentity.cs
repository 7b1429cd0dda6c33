using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>The managed identity of a workspace: its principal is made with it and goes with it. Pure, but for the new id.</summary>
internal static class WorkspaceIdentity
{
    private const string SystemAssigned = nameof(SystemAssigned);

    /// <summary>Gives a system-assigned identity its principal. A new workspace that names no identity gets a system-assigned one.</summary>
    public static void Complete(JsonObject after, bool isCreate, string tenantId, Func<Guid> newId)
    {
        if (after["identity"] is not JsonObject identity)
        {
            if (!isCreate)
            {
                return;
            }

            after["identity"] = identity = new() { ["type"] = SystemAssigned };
        }

        if (identity.Text("type")?.Contains(SystemAssigned, StringComparison.Ordinal) == true)
        {
            identity["principalId"] ??= newId().ToString();
            identity["tenantId"] ??= tenantId;
        }
        else
        {
            identity.Remove("principalId");
            identity.Remove("tenantId");
        }
    }
}
