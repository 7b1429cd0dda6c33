using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary>
/// <c>{scope}/providers/Microsoft.Authorization/roleDefinitions/{guid}</c>. Built-in roles are there at every scope and cannot be changed; custom roles are
/// stored where they were made and can be read at every scope they are assignable at.
/// </summary>
internal sealed partial class RoleDefinitionType(RoleState roles, IAccessControl access) : ResourceType
{
    private const int MaxPermissions = 20;

    public override string Name => Role.TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.RoleDefinitions;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override bool HasProvisioningState => false;

    public override int UpdatedStatus => 201;

    public override bool ShowsDeleted => true;

    public override Regex NameRule => GuidName();

    public override string NameRuleInWords => "a GUID";

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
        new Property("roleName", Shape.Text(128, min: 1)).Required(),
        new Property("description", Shape.Text(2048)),
        new Property("type", Shape.Text(64)),
        new Property("assignableScopes", Shape.List(Shape.IdOf(), max: 2000)).Required(),
        new Property("permissions", Shape.List(Permission, MaxPermissions)).Required(),
        new Property("createdOn", Shape.Any()).ReadOnly(),
        new Property("updatedOn", Shape.Any()).ReadOnly(),
        new Property("createdBy", Shape.Any()).ReadOnly(),
        new Property("updatedBy", Shape.Any()).ReadOnly()));

    private static Shape Permission { get; } = Shape.Object(
        new Property("actions", ActionList()),
        new Property("notActions", ActionList()),
        new Property("dataActions", ActionList()),
        new Property("notDataActions", ActionList()));

    /// <summary>A role reaches as far as its assignable scopes, so the right to write is needed at each of them.</summary>
    public override async ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl control, CancellationToken cancellationToken)
    {
        await base.AuthorizeWriteAsync(edit, control, cancellationToken);
        foreach (var scope in RoleRules.ScopesOf(edit.Properties).Concat(RoleRules.ScopesOf(edit.Before?.Properties)))
        {
            await control.DemandAsync(edit.Caller, $"{Name}/write", scope, cancellationToken);
        }
    }

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var model = await roles.ReadAsync(cancellationToken);
        RoleRules.CheckIdentity(edit.Id, edit.Text("roleName"), model);
        edit.Problems.AddRange(RoleRules.Check(edit.Id, edit.Properties));
        edit.Properties["type"] = Role.Custom;
        edit.Properties["description"] ??= "";
        AssignmentStamp.Write(edit);
    }

    /// <summary>As for a write: wherever the role can be assigned.</summary>
    public override IEnumerable<(string Action, ResourceId Scope)> DeletePermissions(Resource resource) =>
        RoleRules.ScopesOf(resource.Properties).Select(scope => (DeletePermission, scope));

    public override async ValueTask CheckDeleteAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var model = await roles.ReadAsync(cancellationToken);
        if (model.Assignments.Any(a => a.RoleName.Equals(resource.Id.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw ApiException.BadRequest("RoleDefinitionHasAssignments", $"There are existing role assignments referencing role '{resource.Id}'. Delete them first.");
        }
    }

    public override async ValueTask<Resource?> FindUnstoredAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var role = (await roles.ReadAsync(cancellationToken)).FindRole(id.Name);
        return role is not null && (role.IsBuiltIn || id.Parent is { Parent: null } || role.IsAssignableAt(id.Parent!)) ? View(role, id.Parent!) : null;
    }

    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{Name}/read", scope, cancellationToken);
        var filter = RoleFilter.Read(request.Query["$filter"].FirstOrDefault());
        var items = new JsonArray();
        var model = await roles.ReadAsync(cancellationToken);
        foreach (var role in model.Roles.Where(r => r.IsBuiltIn || r.IsAssignableAt(scope)).Where(filter.Matches).OrderBy(r => r.DisplayName, StringComparer.OrdinalIgnoreCase))
        {
            items.Add(await ResourceQueries.ViewAsync(this, View(role, scope), reader, cancellationToken));
        }

        return new() { ["value"] = items };
    }

    private static Resource View(Role role, ResourceId scope) => new(new StoredResource
    {
        Key = role.Id.Key,
        Id = role.IsBuiltIn && scope.Subscription is { } subscription ? subscription.Resource(Role.TypeName, role.Name).Text : role.Id.Text,
        Type = Role.TypeName.ToLowerInvariant(),
        Body = new JsonObject { ["properties"] = role.ToJson() }.ToJsonString(),
    });

    private static Shape ActionList() => Shape.List(Shape.Text(256, min: 1), max: 1000);

    [GeneratedRegex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    private static partial Regex GuidName();
}
