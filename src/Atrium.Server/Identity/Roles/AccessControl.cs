using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>Decides by the role model. Touches no store once the model is read.</summary>
internal sealed class AccessControl(RoleState state, TimeProvider clock) : IAccessControl
{
    public async ValueTask<bool> IsAllowedAsync(Caller caller, string action, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken) =>
        caller.IsSystem || (await state.ReadAsync(cancellationToken)).Allows(caller.PrincipalIds, new(action, attributes, clock.GetUtcNow()), scope);

    public async ValueTask<bool> IsDataAllowedAsync(Caller caller, string dataAction, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken) =>
        caller.IsSystem || (await state.ReadAsync(cancellationToken)).AllowsData(caller.PrincipalIds, new(dataAction, attributes, clock.GetUtcNow()), scope);

    public async ValueTask<IReadOnlyList<ResourceId>> ScopesAllowingAsync(Caller caller, string action, ResourceId below, CancellationToken cancellationToken) =>
        caller.IsSystem ? [below] : (await state.ReadAsync(cancellationToken)).ScopesAllowing(caller.PrincipalIds, new(action, AccessAttributes.None, clock.GetUtcNow()), below);
}
