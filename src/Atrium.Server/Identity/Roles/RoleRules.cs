using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Roles;

/// <summary>What a custom role must be. Pure.</summary>
internal static class RoleRules
{
    /// <exception cref="ApiException">The id or the name is another role's.</exception>
    public static void CheckIdentity(ResourceId id, string? displayName, RoleModel model)
    {
        var known = model.FindRole(id.Name);
        if (known is { IsBuiltIn: true })
        {
            throw ApiException.Conflict("RoleDefinitionIsBuiltIn", $"'{known.DisplayName}' is a built-in role; it cannot be changed. Make a custom role under another GUID.");
        }

        if (known is not null && known.Id != id)
        {
            throw ApiException.Conflict("RoleDefinitionExists", $"The GUID '{id.Name}' is another role's, which is not made at '{id.Parent}'. Change it where it was made, or take another GUID.");
        }

        if (model.Roles.Any(r => r != known && r.DisplayName.Equals(displayName, StringComparison.OrdinalIgnoreCase)))
        {
            throw ApiException.Conflict("RoleDefinitionWithSameNameExists", $"A custom role cannot be created with this name: another role is already named '{displayName}'.");
        }
    }

    public static IEnumerable<Problem> Check(ResourceId id, JsonObject properties)
    {
        if ((string?)properties["type"] is { } type && !type.Equals(Role.Custom, StringComparison.OrdinalIgnoreCase))
        {
            yield return new("properties.type", $"'properties.type' must be {Role.Custom}; found '{type}'.");
        }

        var scopes = ScopesOf(properties).ToList();
        if (scopes.Count == 0)
        {
            yield return new("properties.assignableScopes", "'properties.assignableScopes' needs at least one scope, such as the subscription's id.", ProblemCodes.Required);
        }
        else if (!scopes.Any(s => s.Contains(id.Parent!) || id.Parent!.Contains(s)))
        {
            yield return new("properties.assignableScopes", $"One of 'properties.assignableScopes' must hold '{id.Parent}', where the role is made.");
        }

        if (properties["permissions"] is JsonArray { Count: 0 })
        {
            yield return new("properties.permissions", "'properties.permissions' needs at least one entry.", ProblemCodes.Required);
        }
    }

    public static IEnumerable<ResourceId> ScopesOf(JsonObject? properties)
    {
        foreach (var item in properties?["assignableScopes"] as JsonArray ?? [])
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text) && ResourceId.TryParse(text, out var scope, out _))
            {
                yield return scope;
            }
        }
    }
}
