using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Identity.Roles;

/// <summary>A role, compiled.</summary>
internal sealed class Role
{
    public const string TypeName = "Microsoft.Authorization/roleDefinitions";
    public const string BuiltIn = "BuiltInRole";
    public const string Custom = "CustomRole";

    /// <summary>Custom roles never carry this, whatever their wildcards say: only the built-in ones make hubs.</summary>
    public const string MakeHub = "Microsoft.MachineLearningServices/workspaces/hubs/write";

    /// <summary>A GUID, in lower case.</summary>
    public required string Name { get; init; }

    public required ResourceId Id { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    public required bool IsBuiltIn { get; init; }

    public required ImmutableArray<RolePermission> Permissions { get; init; }

    public required ImmutableArray<ResourceId> AssignableScopes { get; init; }

    public bool Allows(string action)
    {
        if (!IsBuiltIn && action.Equals(MakeHub, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var permission in Permissions)
        {
            if (permission.Allows(action))
            {
                return true;
            }
        }

        return false;
    }

    public bool AllowsData(string dataAction)
    {
        foreach (var permission in Permissions)
        {
            if (permission.AllowsData(dataAction))
            {
                return true;
            }
        }

        return false;
    }

    public bool IsAssignableAt(ResourceId scope) => AssignableScopes.Any(s => s.Contains(scope));

    /// <summary>Reads a stored role's document.</summary>
    public static Role Read(ResourceId id, JsonNode properties) => new()
    {
        Name = id.Name.ToLowerInvariant(),
        Id = id,
        DisplayName = (string?)properties["roleName"] ?? id.Name,
        Description = (string?)properties["description"] ?? "",
        IsBuiltIn = (string?)properties["type"] == BuiltIn,
        Permissions = [.. (properties["permissions"] as JsonArray ?? []).Select(RolePermission.Read)],
        AssignableScopes = [.. (properties["assignableScopes"] as JsonArray ?? []).Select(s => ResourceId.Parse((string)s!))],
    };

    /// <summary>The published view of its properties.</summary>
    public JsonObject ToJson() => new()
    {
        ["roleName"] = DisplayName,
        ["type"] = IsBuiltIn ? BuiltIn : Custom,
        ["description"] = Description,
        ["assignableScopes"] = new JsonArray([.. AssignableScopes.Select(s => (JsonNode)s.Text)]),
        ["permissions"] = new JsonArray([.. Permissions.Select(p => (JsonNode)p.ToJson())]),
    };
}
