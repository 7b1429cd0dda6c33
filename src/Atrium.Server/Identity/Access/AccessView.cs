using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Denials;

namespace Atrium.Server.Identity.Access;

/// <summary>An access review as JSON.</summary>
internal static class AccessView
{
    /// <param name="review">What was found.</param>
    /// <param name="scope">Where.</param>
    /// <param name="roles">What roles there are.</param>
    /// <param name="directory">Whom it knows.</param>
    /// <param name="identityOf">The resource whose managed identity it is; null for none.</param>
    public static JsonObject Of(AccessReview review, ResourceId scope, RoleModel roles, PrincipalModel directory, ResourceId? identityOf)
    {
        var view = Named(review.PrincipalId, directory);
        if (identityOf is not null)
        {
            (view["principalType"], view["displayName"], view["identityOf"]) = ("ServicePrincipal", identityOf.Name, identityOf.Text);
        }

        view["conditional"] = review.IsConditional;
        view["effective"] = new JsonArray([.. roles.PermissionsAt(directory.IdsOf(review.PrincipalId), scope).Select(p => (JsonNode)p.ToJson())]);
        view["given"] = new JsonArray([.. review.Given.Select(g => (JsonNode)Of(g, directory))]);
        view["denied"] = new JsonArray([.. review.Denied.Select(d => (JsonNode)Of(d, directory))]);
        return view;
    }

    private static JsonObject Of(AccessGrant grant, PrincipalModel directory) => new()
    {
        ["roleName"] = grant.Role.DisplayName,
        ["roleDefinitionId"] = grant.Role.Id.Text,
        ["roleAssignmentId"] = grant.Assignment.Id.Text,
        ["scope"] = grant.Assignment.Scope.Text,
        ["through"] = grant.Through is { } group ? Named(group, directory) : null,
        ["condition"] = grant.Assignment.Condition?.Text,
    };

    private static JsonObject Of(AccessDenial denied, PrincipalModel directory) => new()
    {
        ["denyAssignmentName"] = denied.Denial.DisplayName,
        ["denyAssignmentId"] = denied.Denial.Id.Text,
        ["scope"] = denied.Denial.Scope.Text,
        ["through"] = denied.Through is { } through ? Named(through, directory) : null,
        ["permissions"] = new JsonArray([.. denied.Denial.Permissions.Select(p => (JsonNode)p.Patterns.ToJson())]),
        ["condition"] = denied.Denial.Condition?.Text,
    };

    /// <summary>One whom the directory does not know is an outside issuer's, or was deleted: its id is all that is known.</summary>
    private static JsonObject Named(string id, PrincipalModel directory)
    {
        if (id == DenyAssignment.Everybody)
        {
            return new() { ["principalId"] = id, ["principalType"] = DenyAssignment.SystemDefined, ["displayName"] = "everybody" };
        }

        var principal = directory.Find(id);
        return new()
        {
            ["principalId"] = id,
            ["principalType"] = principal?.AssignmentType ?? "Unknown",
            ["displayName"] = principal is { IsUser: true } ? principal.Id.Name : principal?.DisplayName,
        };
    }
}
