using System.Collections.Immutable;
using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>
/// What is assigned at scopes, found by the scope: looking above a place costs what is assigned there, and nothing for what is assigned elsewhere. Immutable; a change shares
/// what did not change.
/// </summary>
internal sealed class ScopeIndex<T>
{
    private static readonly ImmutableDictionary<string, T> Nothing = ImmutableDictionary.Create<string, T>(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableDictionary<string, ImmutableDictionary<string, T>> byScope;

    private ScopeIndex(ImmutableDictionary<string, ImmutableDictionary<string, T>> byScope) => this.byScope = byScope;

    public static ScopeIndex<T> Empty { get; } = new(ImmutableDictionary<string, ImmutableDictionary<string, T>>.Empty);

    /// <summary>With one more at a scope, or another under the same key.</summary>
    public ScopeIndex<T> With(ResourceId scope, string key, T value) => new(byScope.SetItem(scope.Key, Under(scope).SetItem(key, value)));

    public ScopeIndex<T> Without(ResourceId scope, string key) =>
        new(Under(scope).Remove(key) is { IsEmpty: false } rest ? byScope.SetItem(scope.Key, rest) : byScope.Remove(scope.Key));

    /// <summary>What is assigned at this very scope.</summary>
    public IEnumerable<T> At(ResourceId scope) => Under(scope).Values;

    /// <summary>What is assigned at a place or anywhere above it.</summary>
    public IEnumerable<T> Above(ResourceId place) => byScope.IsEmpty ? [] : place.SelfAndAncestors().SelectMany(At);

    private ImmutableDictionary<string, T> Under(ResourceId scope) => byScope.GetValueOrDefault(scope.Key, Nothing);
}
