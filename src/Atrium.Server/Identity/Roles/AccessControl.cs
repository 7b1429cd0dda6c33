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

    public async ValueTask<bool> IsDataDeniedAsync(Caller caller, string dataAction, ResourceId scope, CancellationToken cancellationToken) =>
        !caller.IsSystem && (await state.ReadAsync(cancellationToken)).IsDenied(caller.PrincipalIds, new(dataAction, AccessAttributes.None, clock.GetUtcNow()), scope, isData: true);

    public async ValueTask<AllowedScopes> ScopesAllowingAsync(Caller caller, string action, ResourceId below, CancellationToken cancellationToken) =>
        caller.IsSystem ? new([below]) : (await state.ReadAsync(cancellationToken)).ScopesAllowing(caller.PrincipalIds, new(action, AccessAttributes.None, clock.GetUtcNow()), below);
}
