using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>The resources that a workspace leans on and that are made for it where the caller names none. Their names follow from its id, so a second run finds them. Pure.</summary>
internal static class DependentResources
{
    private const int HashCharacters = 20;

    /// <summary>The most names that are tried when one is taken by a soft-deleted resource.</summary>
    public const int MaxNames = 10;

    public static readonly ImmutableArray<DependentResource> All =
    [
        new("storageAccount", Workspaces.StorageType, "st", location => new()
        {
            ["location"] = location,
            ["kind"] = "StorageV2",
            ["sku"] = new JsonObject { ["name"] = "Standard_LRS" },
            ["properties"] = new JsonObject { ["allowBlobPublicAccess"] = false, ["supportsHttpsTrafficOnly"] = true },
        }),
        new("keyVault", Workspaces.VaultType, "kv", location => new()
        {
            ["location"] = location,
            ["properties"] = new JsonObject
            {
                ["sku"] = new JsonObject { ["family"] = "A", ["name"] = "standard" },
                ["enableRbacAuthorization"] = true,
                ["accessPolicies"] = new JsonArray(),
            },
        }),
    ];

    /// <summary>The id of a resource made for a workspace, in the workspace's group.</summary>
    /// <param name="resource">Which one.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="attempt">Counts the names already found taken.</param>
    public static ResourceId IdOf(DependentResource resource, ResourceId workspace, int attempt) =>
        workspace.ResourceGroup!.Resource(resource.Type, resource.Prefix + Hash(workspace, attempt, HashCharacters));

    /// <summary>The id of the AI services account that comes with a hub. Its name is part of addresses, so it is in lower case and carries the hub's name.</summary>
    public static ResourceId AccountOf(ResourceId hub, int attempt)
    {
        const int accountHash = 8;
        var name = hub.Name.ToLowerInvariant().Replace('_', '-').Trim('-');
        return hub.ResourceGroup!.Resource(Workspaces.AccountType, $"{name}-{Hash(hub, attempt, accountHash)}");
    }

    private static string Hash(ResourceId workspace, int attempt, int characters) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{workspace.Key}#{attempt}")))[..characters];
}

/// <summary>One resource that is made for a workspace.</summary>
/// <param name="Property">The property that names it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Prefix">What its name begins with.</param>
/// <param name="Body">The body of its PUT at a location.</param>
internal sealed record DependentResource(string Property, string Type, string Prefix, Func<string, JsonObject> Body);
