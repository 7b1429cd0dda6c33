using System.Collections.Frozen;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Graph;

/// <summary>Which rows a caller may read: asked once a type, then told by the keys alone.</summary>
internal sealed class GraphReach
{
    private readonly FrozenDictionary<string, AllowedScopes> allowed;

    private GraphReach(FrozenDictionary<string, AllowedScopes> allowed) => this.allowed = allowed;

    /// <summary>Whether it is all of them, so that no row need be looked at.</summary>
    public bool IsEverything => allowed.Values.All(a => a.IsDenied is null && a.Scopes is [{ Parent: null }]);

    public static async ValueTask<GraphReach> OfAsync(Caller caller, IEnumerable<string> types, IAccessControl access, CancellationToken cancellationToken)
    {
        var allowed = new Dictionary<string, AllowedScopes>();
        foreach (var type in types)
        {
            allowed[type] = await access.ScopesAllowingAsync(caller, $"{type}/read", ResourceId.Tenant, cancellationToken);
        }

        return new(allowed.ToFrozenDictionary());
    }

    public bool Holds(GraphRow row)
    {
        var (scopes, isDenied) = allowed[row.Type];
        foreach (var scope in scopes)
        {
            if (row.Key.StartsWith(scope.ChildPrefix, StringComparison.Ordinal) || row.Key == scope.Key)
            {
                return isDenied?.Invoke(ResourceId.Parse(row.Key)) is not true;
            }
        }

        return false;
    }
}
