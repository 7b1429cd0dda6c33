using Atrium.Contracts;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>That a principal has a role at a scope and all that lies under it.</summary>
/// <param name="Id">The assignment's id.</param>
/// <param name="RoleName">The role's GUID, in lower case.</param>
/// <param name="PrincipalId">Object id of a user, a group or a service principal, in lower case.</param>
/// <param name="PrincipalType">User, Group or ServicePrincipal.</param>
/// <param name="Condition">What must hold for it to give anything; null for nothing.</param>
internal sealed record RoleAssignment(ResourceId Id, string RoleName, string PrincipalId, string PrincipalType = "User", RoleCondition? Condition = null)
{
    public const string TypeName = "Microsoft.Authorization/roleAssignments";

    public ResourceId Scope { get; } = Id.Parent!;

    public static RoleAssignment Read(Resource resource) => new(
        resource.Id,
        RoleNameOf((string)resource.Properties["roleDefinitionId"]!),
        ((string)resource.Properties["principalId"]!).ToLowerInvariant(),
        (string?)resource.Properties["principalType"] ?? "User",
        (string?)resource.Properties["condition"] is { Length: > 0 } condition ? RoleCondition.Parse(condition) : null);

    /// <summary>Whether it reaches the scope and its condition holds.</summary>
    public bool Reaches(ResourceId scope, ConditionContext context) => Scope.Contains(scope) && Condition?.Holds(context) != false;

    /// <summary>The GUID at the end of a role's id, whatever scope the id is written at.</summary>
    public static string RoleNameOf(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..].ToLowerInvariant();
}
