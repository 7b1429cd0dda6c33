using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>What a role assignment must be, and which ones a list shows. Pure.</summary>
internal static class AssignmentRules
{
    public static ApiException NoSuchRole(string roleDefinitionId) =>
        ApiException.NotFound("RoleDefinitionDoesNotExist", $"The specified role definition with ID '{roleDefinitionId}' does not exist.");

    /// <summary>For a caller who may read the role.</summary>
    public static ApiException NotAssignable(Role role, ResourceId scope) => ApiException.BadRequest(
        "RoleAssignmentScopeNotAssignableToRoleDefinition",
        $"The assignment's scope '{scope}' is not one of the assignable scopes of role '{role.DisplayName}': {string.Join(", ", role.AssignableScopes)}.",
        "properties.roleDefinitionId");

    /// <exception cref="ApiException">Role or principal would change, or another assignment already says the same.</exception>
    public static void CheckChange(ResourceId id, string principal, Role role, RoleAssignment? before, RoleModel model)
    {
        if (before is not null && (before.PrincipalId != principal || before.RoleName != role.Name))
        {
            throw ApiException.BadRequest("RoleAssignmentUpdateNotPermitted", "Role, principal and scope of an assignment are not allowed to be updated. Make another assignment and delete this one.");
        }

        if (model.AssignmentsOf(principal).FirstOrDefault(a => a.RoleName == role.Name && a.Scope == id.Parent && a.Id != id) is { } twin)
        {
            throw ApiException.Conflict("RoleAssignmentExists", $"The role assignment already exists. The ID of the existing role assignment is {twin.Id.Name}.");
        }
    }

    /// <summary>What is wrong with a <c>condition</c> and its <c>conditionVersion</c>.</summary>
    /// <param name="holder">The object that has them.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <param name="vocabulary">What conditions can ask here.</param>
    public static IEnumerable<Problem> CheckCondition(JsonObject holder, string path, ConditionVocabulary vocabulary)
    {
        var (condition, version) = ((string?)holder["condition"], (string?)holder["conditionVersion"]);
        if (string.IsNullOrEmpty(condition))
        {
            yield break;
        }

        if (version is not (null or RoleCondition.Version))
        {
            yield return new($"{path}.conditionVersion", $"'{path}.conditionVersion' must be {RoleCondition.Version}.");
        }

        foreach (var wrong in Wrong(condition, vocabulary))
        {
            yield return new($"{path}.condition", $"'{path}.condition' {wrong}", "RoleAssignmentConditionNotValid");
        }
    }

    /// <summary>What conditions may ask about an assignment that is written.</summary>
    public static AccessAttributes AttributesOf(ResourceEdit edit)
    {
        var attributes = AccessAttributes.None;
        foreach (var (property, name) in new[] { ("roleDefinitionId", "RoleDefinitionId"), ("principalId", "PrincipalId"), ("principalType", "PrincipalType") })
        {
            if (edit.Text(property) is { } value)
            {
                attributes = attributes.WithRequest($"{RoleAssignment.TypeName}:{name}", property == "roleDefinitionId" ? RoleAssignment.RoleNameOf(value) : value);
            }
        }

        return attributes;
    }

    /// <summary>What conditions may ask about an assignment that is there and to be deleted.</summary>
    public static AccessAttributes AttributesOf(RoleAssignment assignment) => AccessAttributes.None
        .WithResource($"{RoleAssignment.TypeName}:RoleDefinitionId", assignment.RoleName)
        .WithResource($"{RoleAssignment.TypeName}:PrincipalId", assignment.PrincipalId)
        .WithResource($"{RoleAssignment.TypeName}:PrincipalType", assignment.PrincipalType);

    /// <summary>What the two of them tell.</summary>
    public static ConditionAttributes Told { get; } = new()
    {
        Resource = [$"{RoleAssignment.TypeName}:RoleDefinitionId", $"{RoleAssignment.TypeName}:PrincipalId", $"{RoleAssignment.TypeName}:PrincipalType"],
        Request = [$"{RoleAssignment.TypeName}:RoleDefinitionId", $"{RoleAssignment.TypeName}:PrincipalId", $"{RoleAssignment.TypeName}:PrincipalType"],
    };

    private static IReadOnlyList<string> Wrong(string condition, ConditionVocabulary vocabulary)
    {
        try
        {
            return [.. vocabulary.Unanswerable(RoleCondition.Parse(condition)).Select(why => $"asks what is not known here. {why}")];
        }
        catch (ConditionException wrong)
        {
            return [$"cannot be read. {wrong.Message}"];
        }
    }

    public static bool IsLastOwner(RoleAssignment assignment, RoleModel model) =>
        IsRootOwner(assignment) && !model.Assignments.Any(other => other.Id != assignment.Id && IsRootOwner(other));

    public static IEnumerable<RoleAssignment> List(
        RoleModel model, ResourceId scope, AllowedScopes readable, AssignmentFilter filter, ImmutableArray<string> holders)
    {
        var candidates = filter switch
        {
            { AssignedTo: not null } => holders.SelectMany(model.AssignmentsOf),
            { PrincipalId: { } principal } => model.AssignmentsOf(principal),
            _ => model.Assignments,
        };
        return candidates.Where(a => ScopedList.Shows(a.Scope, scope, readable, filter.AtScope));
    }

    /// <summary>One with a condition does not count: nobody knows what it lets.</summary>
    private static bool IsRootOwner(RoleAssignment assignment) => assignment is { RoleName: BuiltInRoles.Owner, Scope.Parent: null, Condition: null };
}
