using Atrium.Persistence;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Identity.Roles;

/// <summary>The roles, assignments and deny assignments of the store, compiled.</summary>
internal sealed class RoleState(IAtriumStore store, ChangeFeed feed)
    : SnapshotState<RoleModel>(store, feed, RoleModel.Empty, Role.TypeName, RoleAssignment.TypeName, DenyAssignment.TypeName)
{
    private static readonly string RoleType = Role.TypeName.ToLowerInvariant();
    private static readonly string DenyType = DenyAssignment.TypeName.ToLowerInvariant();

    protected override RoleModel Put(RoleModel model, Resource resource) => resource.Id.IsOfType(Role.TypeName)
        ? model.With(Role.Read(resource.Id, resource.Properties))
        : resource.Id.IsOfType(DenyAssignment.TypeName) ? model.With(DenyAssignment.Read(resource))
        : model.With(RoleAssignment.Read(resource));

    protected override RoleModel Remove(RoleModel model, string key, string type) => type == RoleType
        ? model.WithoutRole(Contracts.ResourceId.Parse(key))
        : type == DenyType ? model.WithoutDenial(key)
        : model.WithoutAssignment(key);
}
