using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary><c>{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}</c> (RoleAssignments).</summary>
internal sealed class RoleAssignmentType(RoleState roles, PrincipalState principals, IAccessControl access, ConditionVocabulary vocabulary) : AssignmentType(principals, access)
{
    public override string Name => RoleAssignment.TypeName;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.RoleAssignments;

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
    [
        new Property("roleDefinitionId", Shape.IdOf(Role.TypeName)).Required(),
        new Property("principalId", Shape.Text(36, min: 1)).Required(),
        new Property("principalType", Shape.OneOf("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")),
        new Property("description", Shape.Text(1024)),
        new Property("condition", Shape.Text(8192)),
        new Property("conditionVersion", Shape.OneOf("1.0", "2.0")),
        new Property("delegatedManagedIdentityResourceId", Shape.Text(ResourceId.MaxLength)),
        .. Stamps,
    ]));

    /// <summary>The right to assign may itself have a condition, about which role is given to whom.</summary>
    public override async ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl control, CancellationToken cancellationToken)
    {
        if (!await control.IsAllowedAsync(edit.Caller, $"{Name}/write", edit.AskedId, AssignmentRules.AttributesOf(edit), cancellationToken))
        {
            throw ApiException.Forbidden(edit.Caller.ObjectId, $"{Name}/write", edit.AskedId);
        }
    }

    /// <summary>So may the right to take one away.</summary>
    public override async ValueTask AuthorizeDeleteAsync(ResourceId id, Caller caller, IAccessControl control, CancellationToken cancellationToken)
    {
        var attributes = (await roles.ReadAsync(cancellationToken)).FindAssignment(id) is { } assignment ? AssignmentRules.AttributesOf(assignment) : AccessAttributes.None;
        if (!await control.IsAllowedAsync(caller, DeletePermission, id, attributes, cancellationToken))
        {
            throw ApiException.Forbidden(caller.ObjectId, DeletePermission, id);
        }
    }

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var scope = edit.Id.Parent!;
        var properties = edit.Properties;
        if (!GuidText().IsMatch(edit.Text("principalId") ?? ""))
        {
            edit.Problems.Add(new("properties.principalId", "'properties.principalId' must be the object id (a GUID) of a user, a group or a service principal."));
        }

        edit.Problems.AddRange(AssignmentRules.CheckCondition(edit.Properties, "properties", vocabulary));
        if (edit.Problems.Count > 0)
        {
            return;
        }

        var model = await roles.ReadAsync(cancellationToken);
        var principal = edit.Text("principalId")!.ToLowerInvariant();
        var role = await RoleForAsync(edit, model, cancellationToken);
        AssignmentRules.CheckChange(edit.Id, principal, role, edit.Before is null ? null : RoleAssignment.Read(edit.Before), model);

        properties["roleDefinitionId"] = role.Id.Text;
        properties["principalId"] = principal;
        properties["principalType"] ??= (await Principals.ReadAsync(cancellationToken)).Find(principal)?.AssignmentType ?? "User";
        properties["scope"] = scope.Text;
        AssignmentStamp.Write(edit);
    }

    public override async ValueTask CheckDeleteAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var model = await roles.ReadAsync(cancellationToken);
        if (AssignmentRules.IsLastOwner(RoleAssignment.Read(resource), model))
        {
            throw ApiException.Conflict("DeleteLastRbacAdminAssignment", "This is the last Owner of the installation: without it nobody could give a role any more. Assign another Owner at '/' first.");
        }
    }

    protected override async ValueTask<IEnumerable<ResourceId>> FindAsync(ResourceId scope, AllowedScopes readable, string? filter, CancellationToken cancellationToken)
    {
        var wanted = AssignmentFilter.Read(filter);
        var holders = await HoldersAsync(wanted.AssignedTo, cancellationToken);
        return AssignmentRules.List(await roles.ReadAsync(cancellationToken), scope, readable, wanted, holders).Select(a => a.Id);
    }

    /// <summary>A role that is not for this scope is as if it did not exist, but for a caller who may read it where it is.</summary>
    private async ValueTask<Role> RoleForAsync(ResourceEdit edit, RoleModel model, CancellationToken cancellationToken)
    {
        var (asked, scope) = (edit.Text("roleDefinitionId")!, edit.Id.Parent!);
        if (model.FindRole(RoleAssignment.RoleNameOf(asked)) is not { } role)
        {
            throw AssignmentRules.NoSuchRole(asked);
        }

        if (role.IsAssignableAt(scope))
        {
            return role;
        }

        foreach (var known in role.AssignableScopes)
        {
            if (await Access.IsAllowedAsync(edit.Caller, $"{Role.TypeName}/read", known, cancellationToken))
            {
                throw AssignmentRules.NotAssignable(role, scope);
            }
        }

        throw AssignmentRules.NoSuchRole(asked);
    }
}
