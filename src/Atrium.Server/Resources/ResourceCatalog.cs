using System.Collections.Frozen;
using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>All declared types, looked up by name.</summary>
internal sealed class ResourceCatalog
{
    private readonly FrozenDictionary<string, ResourceType> types;
    private readonly FrozenDictionary<string, ResourceType[]> nested;

    private readonly FrozenDictionary<string, NotBuiltType> missing;

    public ResourceCatalog(IEnumerable<ResourceType> declared, IEnumerable<NotBuiltType> notBuilt)
    {
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

    /// <summary>Every type that can lie under an id of this type, at any depth.</summary>
    public IEnumerable<ResourceType> Under(ResourceId id) => types.Values.Where(type => id.Type switch
    {
        ResourceId.TenantType => true,
        ResourceId.SubscriptionType => type.Parent is not ResourceParent.Tenant,
        ResourceId.ResourceGroupType => type.Parent is ResourceParent.ResourceGroup or ResourceParent.Resource or ResourceParent.Anything,
        _ => type.Parent is ResourceParent.Anything || type.Name.StartsWith(id.Type + "/", StringComparison.OrdinalIgnoreCase),
    });
}
