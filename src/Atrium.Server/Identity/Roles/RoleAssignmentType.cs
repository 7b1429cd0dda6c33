using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary><c>{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}</c> (RoleAssignments).</summary>
internal sealed partial class RoleAssignmentType(RoleState roles, PrincipalState principals, IAccessControl access, ConditionVocabulary vocabulary) : ResourceType
{
    public override string Name => RoleAssignment.TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.RoleAssignments;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override bool HasProvisioningState => false;

    public override bool ShowsDeleted => true;

    public override Regex NameRule => GuidText();

    public override string NameRuleInWords => "a GUID";

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
        new Property("roleDefinitionId", Shape.IdOf(Role.TypeName)).Required(),
        new Property("principalId", Shape.Text(36, min: 1)).Required(),
        new Property("principalType", Shape.OneOf("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")),
        new Property("description", Shape.Text(1024)),
        new Property("condition", Shape.Text(8192)),
        new Property("conditionVersion", Shape.OneOf("1.0", "2.0")),
        new Property("delegatedManagedIdentityResourceId", Shape.Text(ResourceId.MaxLength)),
        new Property("scope", Shape.Any()).ReadOnly(),
        new Property("createdOn", Shape.Any()).ReadOnly(),
        new Property("updatedOn", Shape.Any()).ReadOnly(),
        new Property("createdBy", Shape.Any()).ReadOnly(),
        new Property("updatedBy", Shape.Any()).ReadOnly()));

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
        properties["principalType"] ??= (await principals.ReadAsync(cancellationToken)).Find(principal)?.AssignmentType ?? "User";
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

    /// <summary>Those at the scope, those above it that reach it, and (but for <c>atScope()</c>) those below it.</summary>
    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        var readable = await access.ScopesAllowingAsync(request.Caller, $"{Name}/read", scope, cancellationToken);
        if (readable.IsEmpty)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, $"{Name}/read", scope);
        }

        var filter = AssignmentFilter.Read(request.Query["$filter"].FirstOrDefault());
        var holders = filter.AssignedTo is { } holder ? (await principals.ReadAsync(cancellationToken)).IdsOf(holder) : [];
        var model = await roles.ReadAsync(cancellationToken);
        return await ScopedList.PageAsync(this, AssignmentRules.List(model, scope, readable, filter, holders).Select(a => a.Id), request, path, reader, cancellationToken);
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
            if (await access.IsAllowedAsync(edit.Caller, $"{Role.TypeName}/read", known, cancellationToken))
            {
                throw AssignmentRules.NotAssignable(role, scope);
            }
        }

        throw AssignmentRules.NoSuchRole(asked);
    }

    [GeneratedRegex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    private static partial Regex GuidText();
}
