using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>Decides by the role model. Touches no store once the model is read.</summary>
internal sealed class AccessControl(RoleState state) : IAccessControl
{
    public async ValueTask<bool> IsAllowedAsync(Caller caller, string action, ResourceId scope, CancellationToken cancellationToken) =>
        caller.IsSystem || (await state.ReadAsync(cancellationToken)).Allows(caller.PrincipalIds, action, scope);

    public async ValueTask<bool> IsDataAllowedAsync(Caller caller, string dataAction, ResourceId scope, CancellationToken cancellationToken) =>
        caller.IsSystem || (await state.ReadAsync(cancellationToken)).AllowsData(caller.PrincipalIds, dataAction, scope);

    public async ValueTask<IReadOnlyList<ResourceId>> ScopesAllowingAsync(Caller caller, string action, ResourceId below, CancellationToken cancellationToken) =>
        caller.IsSystem ? [below] : (await state.ReadAsync(cancellationToken)).ScopesAllowing(caller.PrincipalIds, action, below);
}
