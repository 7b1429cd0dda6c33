using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>Where a caller may do something.</summary>
/// <param name="Scopes">The highest scopes where it is given, none inside another.</param>
/// <param name="IsDenied">What is taken out of them again; null for nothing.</param>
internal sealed record AllowedScopes(IReadOnlyList<ResourceId> Scopes, Func<ResourceId, bool>? IsDenied = null)
{
    /// <summary>The caller may do it nowhere.</summary>
    public bool IsEmpty => Scopes.Count == 0;

    public bool Holds(ResourceId id) => Scopes.Any(s => s.Contains(id)) && IsDenied?.Invoke(id) is not true;
}
