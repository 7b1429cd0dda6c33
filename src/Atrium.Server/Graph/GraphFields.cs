using System.Collections.Frozen;

namespace Atrium.Server.Graph;

/// <summary>The fields that a query can name, under their published names.</summary>
internal static class GraphFields
{
    private static readonly FrozenDictionary<string, Func<GraphRow, string?>> All = new Dictionary<string, Func<GraphRow, string?>>(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = r => r.Id,
        ["name"] = r => r.Name,
        ["type"] = r => r.Type,
        ["kind"] = r => r.Kind,
        ["location"] = r => r.Location,
        ["resourceGroup"] = r => r.ResourceGroup,
        ["subscriptionId"] = r => r.SubscriptionId,
        ["properties.friendlyName"] = r => r.FriendlyName,
        ["properties.provisioningState"] = r => r.State,
        ["properties.hubResourceId"] = r => r.Hub,
        ["properties.category"] = r => r.Category,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => All.Keys.Order(StringComparer.Ordinal);

    public static Func<GraphRow, string?>? Find(string name) => All.GetValueOrDefault(name);
}
