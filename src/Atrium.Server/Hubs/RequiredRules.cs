using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>
/// The outbound rules that the service adds by itself: private endpoints to what the hub leans on, and the service tags that it cannot work without.
/// Computed whenever they are shown, so they follow the hub's settings. Pure.
/// </summary>
internal static class RequiredRules
{
    public const string Category = "Required";
    public const string Prefix = "__SYS_";

    /// <summary>Of the private endpoints that the service makes for connections.</summary>
    public const string ConnectionCategory = "Dependency";

    private const int HashCharacters = 8;

    /// <summary>The resources that a connection gets a private endpoint to, and the group id of their private link.</summary>
    private static readonly FrozenDictionary<string, string> Connectable = new Dictionary<string, string>
    {
        [Workspaces.AccountType] = "account",
        [Workspaces.VaultType] = "vault",
        [Workspaces.StorageType] = "blob",
        [Workspaces.RegistryType] = "registry",
        [Workspaces.Type] = "amlworkspace",
        ["Microsoft.Search/searchServices"] = "searchService",
        ["Microsoft.DocumentDB/databaseAccounts"] = "Sql",
        ["Microsoft.Sql/servers"] = "sqlServer",
        ["Microsoft.DBforPostgreSQL/flexibleServers"] = "postgresqlServer",
        ["Microsoft.DBforMySQL/flexibleServers"] = "mysqlServer",
        ["Microsoft.Cache/Redis"] = "redisCache",
        ["Microsoft.ApiManagement/service"] = "Gateway",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly (string Tag, string Protocol, string Ports)[] ServiceTags =
    [
        ("AzureActiveDirectory", "TCP", "80,443"),
        ("AzureMachineLearning", "TCP", "443,8787,18881"),
        ("AzureMachineLearning", "UDP", "5831"),
        ("BatchNodeManagement.{0}", "TCP", "443"),
        ("AzureResourceManager", "TCP", "443"),
        ("AzureFrontDoor.FirstParty", "TCP", "443"),
        ("MicrosoftContainerRegistry", "TCP", "443"),
        ("AzureMonitor", "TCP", "443"),
    ];

    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <param name="mode">The isolation mode.</param>
    /// <param name="location">The hub's location.</param>
    /// <param name="targets">The hub and what it leans on.</param>
    public static IEnumerable<KeyValuePair<string, JsonObject>> For(string mode, string location, IEnumerable<NetworkTarget> targets)
    {
        if (mode == ManagedNetworkRules.Disabled)
        {
            yield break;
        }

        var onlyApproved = mode == ManagedNetworkRules.OnlyApprovedOutbound;
        foreach (var target in targets.Where(t => onlyApproved || !t.IsPublic))
        {
            yield return new(NameOf(target), PrivateEndpoint(target, Category));
        }

        foreach (var (tag, protocol, ports) in onlyApproved ? ServiceTags : [])
        {
            var name = tag.Replace("{0}", location, StringComparison.Ordinal);
            yield return new($"{Prefix}ST_{name}_{protocol}", ServiceTag(name, protocol, ports));
        }
    }

    /// <summary>The private endpoints for connections, by the same rule as those to what the hub leans on.</summary>
    /// <param name="mode">The isolation mode.</param>
    /// <param name="connected">The resources, and whether each can be reached from the public network.</param>
    public static IEnumerable<KeyValuePair<string, JsonObject>> ForConnections(string mode, IEnumerable<(ResourceId Id, bool IsPublic)> connected) =>
        from resource in connected
        where mode == ManagedNetworkRules.OnlyApprovedOutbound || (mode == ManagedNetworkRules.InternetOutbound && !resource.IsPublic)
        let target = new NetworkTarget(resource.Id, Connectable[resource.Id.Type], resource.IsPublic)
        select KeyValuePair.Create(NameOf(target), PrivateEndpoint(target, ConnectionCategory));

    /// <summary>The resource that a connection leads to, by its target or by <c>metadata.ResourceId</c>; null where it is no id or none of a private link.</summary>
    public static ResourceId? ResourceOf(JsonObject connection)
    {
        var named = (connection["metadata"] as JsonObject ?? []).FirstOrDefault(entry => entry.Key.Equals("ResourceId", StringComparison.OrdinalIgnoreCase)).Value;
        return new[] { connection.Text("target"), (string?)named }
            .Select(text => ResourceId.TryParse(text, out var id, out _) && Connectable.ContainsKey(id.Type) ? id : null)
            .FirstOrDefault(id => id is not null);
    }

    private static string NameOf(NetworkTarget target) => $"{Prefix}PE_{target.Id.Name}_{target.Subresource}_{Hash(target.Id)}";

    private static JsonObject PrivateEndpoint(NetworkTarget target, string category) => new()
    {
        ["type"] = "PrivateEndpoint",
        ["category"] = category,
        ["destination"] = new JsonObject
        {
            ["serviceResourceId"] = target.Id.Text,
            ["subresourceTarget"] = target.Subresource,
            ["sparkEnabled"] = false,
        },
    };

    private static JsonObject ServiceTag(string tag, string protocol, string ports) => new()
    {
        ["type"] = "ServiceTag",
        ["category"] = Category,
        ["destination"] = new JsonObject { ["serviceTag"] = tag, ["protocol"] = protocol, ["portRanges"] = ports, ["action"] = "Allow" },
    };

    private static string Hash(ResourceId id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Key)))[..HashCharacters];
}

/// <summary>What a required private endpoint leads to.</summary>
/// <param name="Id">The resource.</param>
/// <param name="Subresource">The group id of its private link.</param>
/// <param name="IsPublic">Whether it can be reached from the public network, so that no private endpoint is needed.</param>
internal sealed record NetworkTarget(ResourceId Id, string Subresource, bool IsPublic);
