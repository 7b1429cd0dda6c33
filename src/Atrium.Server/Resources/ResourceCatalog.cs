using System.Collections.Frozen;
using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>All declared types, looked up by name.</summary>
internal sealed class ResourceCatalog
{
    private readonly FrozenDictionary<string, ResourceType> types;
    private readonly FrozenDictionary<string, ResourceType[]> nested;

    private readonly FrozenDictionary<string, NotBuiltType> missing;

    private readonly string[] kept;

    public ResourceCatalog(IEnumerable<ResourceType> declared, IEnumerable<NotBuiltType> notBuilt, IEnumerable<KeptType> keptTypes)
    {
        kept = [.. keptTypes.Select(t => t.Name)];
        missing = notBuilt.ToFrozenDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        types = declared.ToFrozenDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        nested = types.Values
            .Where(t => t.Parent is ResourceParent.Resource)
            .GroupBy(t => t.Name[..t.Name.LastIndexOf('/')], StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<ResourceType> Types => types.Values;

    public ResourceType? Find(string name) => types.GetValueOrDefault(name);

    /// <summary>The published type or action without an implementation that this name is, or lies under.</summary>
    public NotBuiltType? FindNotBuilt(string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('/', end - 1))
        {
            if (missing.TryGetValue(name[..end], out var found))
            {
                return found;
            }
        }

        return null;
    }

    public IReadOnlyList<ResourceType> NestedIn(ResourceType type) => nested.GetValueOrDefault(type.Name, []);

    /// <summary>
    /// Whether every segment of the id lies where its type says. A type that is not known here may be nested in another resource or lie in a group,
    /// as any provider's. The answer depends on the id alone.
    /// </summary>
    public bool IsPlaced(ResourceId id) => id switch
    {
        { Parent: null } => true,
        { Type: ResourceId.SubscriptionType } => id == ResourceId.OfSubscription(id.Name),
        { Type: ResourceId.ResourceGroupType, Parent: { Type: ResourceId.SubscriptionType } parent } => IsPlaced(parent) && id == parent.Group(id.Name),
        _ => IsPlaced(id.Parent) && (Find(id.Type) is { } type ? MayLieIn(type, id.Parent) : MayLieIn(id.Type, id.Parent)),
    };

    /// <summary>Whether the type can be listed in a scope that is placed: where it lies, and for what lies in groups the whole subscription.</summary>
    public bool IsListedIn(ResourceType type, ResourceId scope) =>
        IsPlaced(scope) && (MayLieIn(type, scope) || (type.Parent is ResourceParent.ResourceGroup && scope.Type == ResourceId.SubscriptionType));

    /// <summary>The names of all types of stored rows.</summary>
    public IEnumerable<string> StoredTypes => types.Values.Select(type => type.Name).Concat(kept);

    /// <summary>The names of every type of stored rows that can lie under an id of this type, at any depth.</summary>
    public IEnumerable<string> StoredUnder(ResourceId id) => types.Values
        .Where(type => id.Type switch
        {
            ResourceId.TenantType => true,
            ResourceId.SubscriptionType => type.Parent is not ResourceParent.Tenant,
            ResourceId.ResourceGroupType => type.Parent is ResourceParent.ResourceGroup or ResourceParent.Resource or ResourceParent.Anything,
            _ => type.Parent is ResourceParent.Anything || IsUnder(type.Name, id),
        })
        .Select(type => type.Name)
        .Concat(kept.Where(name => id.Type is ResourceId.TenantType or ResourceId.SubscriptionType or ResourceId.ResourceGroupType || IsUnder(name, id)));

    private static bool IsUnder(string type, ResourceId id) => type.StartsWith(id.Type + "/", StringComparison.OrdinalIgnoreCase);

    private static bool MayLieIn(ResourceType type, ResourceId parent) => type.Parent switch
    {
        ResourceParent.Tenant => parent.Parent is null,
        ResourceParent.Subscription => parent.Type == ResourceId.SubscriptionType,
        ResourceParent.ResourceGroup => parent.Type == ResourceId.ResourceGroupType,
        ResourceParent.Resource => IsNested(type.Name, parent),
        _ => true,
    };

    private static bool MayLieIn(string unknownType, ResourceId parent) => parent.Type == ResourceId.ResourceGroupType || IsNested(unknownType, parent);

    private static bool IsNested(string type, ResourceId parent) => type.AsSpan(0, type.LastIndexOf('/')).Equals(parent.Type, StringComparison.OrdinalIgnoreCase);
}
