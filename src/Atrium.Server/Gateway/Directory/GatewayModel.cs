using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.AiServices;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Directory;

/// <summary>Something with keys of its own: an AI services account, or a project.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">The name it is addressed by: <c>/ai/{address}/</c> or <c>/api/projects/{address}/</c>.</param>
/// <param name="KeyHashes">Hashes of key 1 and key 2.</param>
/// <param name="TakesKeys">False where only tokens are taken.</param>
/// <param name="Hub">Key of the hub it belongs to; null for a stand-alone account.</param>
internal sealed record KeyOwner(ResourceId Id, string Address, ImmutableArray<string> KeyHashes, bool TakesKeys, string? Hub)
{
    public bool IsProject => !Id.IsOfType(AccountType.TypeName);
}

/// <summary>A deployment.</summary>
internal sealed record DeploymentEntry(ResourceId Id, string Model, string? Source)
{
    public string Name => Id.Name;
}

/// <summary>What a key was found to be.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Slot">key1 or key2.</param>
internal readonly record struct KeyMatch(KeyOwner Owner, string Slot);

/// <summary>All that the gateway knows of the store, in memory. Immutable.</summary>
internal sealed class GatewayModel
{
    public static readonly GatewayModel Empty = new();

    private ImmutableDictionary<string, KeyOwner> owners = ImmutableDictionary<string, KeyOwner>.Empty;
    private ImmutableDictionary<string, KeyMatch> byHash = ImmutableDictionary<string, KeyMatch>.Empty;
    private ImmutableDictionary<string, string> accountsByAddress = ImmutableDictionary<string, string>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase);
    private ImmutableDictionary<string, ImmutableHashSet<string>> projectsByAddress =
        ImmutableDictionary<string, ImmutableHashSet<string>>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase);

    private ImmutableDictionary<string, string> accountsByHub = ImmutableDictionary<string, string>.Empty;
    private ImmutableDictionary<string, ImmutableSortedDictionary<string, DeploymentEntry>> deployments =
        ImmutableDictionary<string, ImmutableSortedDictionary<string, DeploymentEntry>>.Empty;

    private ImmutableHashSet<string> hubs = [];

    public KeyMatch? FindKey(string hash) => byHash.TryGetValue(hash, out var match) && IsAlive(match.Owner) ? match : null;

    public KeyOwner? FindAccount(string address) => accountsByAddress.TryGetValue(address, out var key) ? Find(key) : null;

    /// <summary>By its resource's key.</summary>
    public KeyOwner? FindOwner(string key) => Find(key);

    /// <summary>Projects of that name: one, unless two resource groups have one each.</summary>
    public IEnumerable<KeyOwner> FindProjects(string address) =>
        projectsByAddress.TryGetValue(address, out var keys) ? keys.Select(Find).OfType<KeyOwner>() : [];

    /// <summary>All accounts, for a caller with a token who names none.</summary>
    public IEnumerable<KeyOwner> Accounts => owners.Values.Where(o => !o.IsProject && IsAlive(o));

    /// <summary>The account whose deployments a project sees beside its own.</summary>
    public KeyOwner? AccountOf(KeyOwner project) => project.Hub is { } hub && accountsByHub.TryGetValue(hub, out var account) ? Find(account) : null;

    /// <summary>By name; a project's own come first. Another project's are not there.</summary>
    public DeploymentEntry? FindDeployment(KeyOwner owner, string name) =>
        Own(owner).TryGetValue(name, out var own) ? own
        : owner.IsProject && AccountOf(owner) is { } account && Own(account).TryGetValue(name, out var shared) ? shared
        : null;

    public IEnumerable<DeploymentEntry> DeploymentsOf(KeyOwner owner) => owner.IsProject && AccountOf(owner) is { } account
        ? Own(owner).Values.Concat(Own(account).Values.Where(d => !Own(owner).ContainsKey(d.Name)))
        : Own(owner).Values;

    public GatewayModel With(Resource resource)
    {
        var next = Without(resource.Stored.Key);
        if (resource.Id.IsOfType(AccountType.TypeName))
        {
            return next.WithOwner(OwnerOf(resource, (string?)resource.Properties["customSubDomainName"] ?? resource.Id.Name, resource.Properties["disableLocalAuth"]?.GetValue<bool>() != true));
        }

        if (resource.Id.Type.EndsWith("/deployments", StringComparison.OrdinalIgnoreCase))
        {
            return next.WithDeployment(resource);
        }

        switch (resource.Kind)
        {
            case "project":
                return next.WithOwner(OwnerOf(resource, resource.Id.Name, takesKeys: true));
            case "hub":
                next.hubs = next.hubs.Add(resource.Stored.Key);
                return next;
            default:
                return next;
        }
    }

    public GatewayModel Without(string key)
    {
        var next = (GatewayModel)MemberwiseClone();
        next.hubs = hubs.Remove(key);
        if (owners.TryGetValue(key, out var owner))
        {
            next.owners = owners.Remove(key);
            next.byHash = byHash.RemoveRange(owner.KeyHashes);
            if (owner.IsProject)
            {
                next.projectsByAddress = projectsByAddress.SetItem(owner.Address, projectsByAddress[owner.Address].Remove(key));
            }
            else
            {
                next.accountsByAddress = accountsByAddress.Remove(owner.Address);
                next.accountsByHub = owner.Hub is { } hub ? accountsByHub.Remove(hub) : accountsByHub;
            }
        }
        else if (ResourceId.TryParse(key, out var id, out _) && id.Parent is { } parent && deployments.TryGetValue(parent.Key, out var siblings))
        {
            next.deployments = deployments.SetItem(parent.Key, siblings.Remove(id.Name));
        }

        return next;
    }

    private KeyOwner? Find(string key) => owners.TryGetValue(key, out var owner) && IsAlive(owner) ? owner : null;

    /// <summary>What belongs to a hub works while the hub is there.</summary>
    private bool IsAlive(KeyOwner owner) => owner.Hub is null || hubs.Contains(owner.Hub);

    private ImmutableSortedDictionary<string, DeploymentEntry> Own(KeyOwner owner) => deployments.TryGetValue(owner.Id.Key, out var own) ? own : NoDeployments;

    private static readonly ImmutableSortedDictionary<string, DeploymentEntry> NoDeployments =
        ImmutableSortedDictionary<string, DeploymentEntry>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase);

    private GatewayModel WithOwner(KeyOwner owner)
    {
        var key = owner.Id.Key;
        owners = owners.SetItem(key, owner);
        byHash = byHash.SetItems(owner.KeyHashes.Select((hash, i) => KeyValuePair.Create(hash, new KeyMatch(owner, ApiKeys.Names[i]))));
        if (owner.IsProject)
        {
            projectsByAddress = projectsByAddress.SetItem(owner.Address, projectsByAddress.GetValueOrDefault(owner.Address, []).Add(key));
        }
        else
        {
            accountsByAddress = accountsByAddress.SetItem(owner.Address, key);
            accountsByHub = owner.Hub is { } hub ? accountsByHub.SetItem(hub, key) : accountsByHub;
        }

        return this;
    }

    private GatewayModel WithDeployment(Resource resource)
    {
        var model = resource.Properties["model"] as JsonObject ?? [];
        var entry = new DeploymentEntry(resource.Id, (string?)model["name"] ?? "", (string?)model["source"]);
        var parent = resource.Id.Parent!.Key;
        deployments = deployments.SetItem(parent, deployments.GetValueOrDefault(parent, NoDeployments).SetItem(entry.Name, entry));
        return this;
    }

    private static KeyOwner OwnerOf(Resource resource, string address, bool takesKeys) => new(
        resource.Id,
        address,
        [.. ApiKeys.Names.Select(name => (string?)resource.Internal[ApiKeys.HashField(name)]).OfType<string>()],
        takesKeys,
        resource.Stored.Link);
}
