using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>Whether a caller may do something. Deny by default. Owned here, implemented by Identity.</summary>
internal interface IAccessControl
{
    /// <summary>Whether an action (<c>Microsoft.X/type/verb</c>) is allowed at a scope.</summary>
    ValueTask<bool> IsAllowedAsync(Caller caller, string action, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken);

    /// <summary>The same for a data action.</summary>
    ValueTask<bool> IsDataAllowedAsync(Caller caller, string dataAction, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken);

    /// <summary>Whether a deny assignment takes a data action from the caller, for what is given by other means than roles (a vault's access policies).</summary>
    ValueTask<bool> IsDataDeniedAsync(Caller caller, string dataAction, ResourceId scope, CancellationToken cancellationToken);

    /// <summary>The highest scopes at or under <paramref name="below"/> where the action is allowed; just <paramref name="below"/> when it is allowed there.</summary>
    ValueTask<AllowedScopes> ScopesAllowingAsync(Caller caller, string action, ResourceId below, CancellationToken cancellationToken);
}

internal static class AccessControlExtensions
{
    /// <summary>For calls of which conditions on role assignments can ask nothing.</summary>
    public static ValueTask<bool> IsAllowedAsync(this IAccessControl access, Caller caller, string action, ResourceId scope, CancellationToken cancellationToken) =>
        access.IsAllowedAsync(caller, action, scope, AccessAttributes.None, cancellationToken);

    /// <inheritdoc cref="IsAllowedAsync(IAccessControl, Caller, string, ResourceId, CancellationToken)"/>
    public static ValueTask<bool> IsDataAllowedAsync(this IAccessControl access, Caller caller, string dataAction, ResourceId scope, CancellationToken cancellationToken) =>
        access.IsDataAllowedAsync(caller, dataAction, scope, AccessAttributes.None, cancellationToken);

    /// <exception cref="Hosting.ApiException">403, in the same words whether or not the resource exists.</exception>
    public static async ValueTask DemandAsync(
        this IAccessControl access, Caller caller, string action, ResourceId scope, CancellationToken cancellationToken)
    {
        if (!await access.IsAllowedAsync(caller, action, scope, cancellationToken))
        {
            throw Hosting.ApiException.Forbidden(caller.ObjectId, action, scope);
        }
    }
}
