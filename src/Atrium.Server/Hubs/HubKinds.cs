using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Operations;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Atrium.Server.Hubs;

/// <summary>A workspace that has no hub above it: a hub, a plain one, a feature store.</summary>
internal abstract class RootKind(IServiceProvider services) : IWorkspaceKind
{
    public abstract string Name { get; }

    private bool IsHub => Name == Workspaces.HubKind;

    // The catalog holds the workspace type, so it cannot come in through the constructor.
    private ResourceCatalog Catalog => services.GetRequiredService<ResourceCatalog>();

    public async ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken)
    {
        await access.DemandAsync(edit.Caller, $"{Workspaces.Type}/write", edit.AskedId, cancellationToken);
        if (IsHub)
        {
            await access.DemandAsync(edit.Caller, $"{Workspaces.Type}/hubs/write", edit.AskedId, cancellationToken);
        }

        foreach (var (type, scope) in NeededWrites(edit))
        {
            await access.DemandAsync(edit.Caller, $"{type}/write", scope, cancellationToken);
        }
    }

    public async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var before = edit.Before?.Body;
        HubRules.Complete(before, edit.After);
        edit.Problems.AddRange(HubRules.Check(before, edit.After));
        if (edit.IsCreate)
        {
            await NameDependentsAsync(edit, cancellationToken);
        }

        if (edit.Problems.Count == 0)
        {
            await services.GetRequiredService<IHubKeys>().PrepareAsync(edit, cancellationToken);
        }
    }

    public virtual async Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken)
    {
        foreach (var dependent in DependentResources.All.Where(d => IsOurs(job.Resource, d.Property)))
        {
            var id = ResourceId.Parse(job.Resource.Properties.Text(dependent.Property)!);
            await job.EnsureAsync(id, dependent.Body(job.Resource.Body.Text("location")!), cancellationToken);
        }

        return job.Resource.Properties["provisionNetworkNow"]?.GetValue<bool>() == true
            && ManagedNetworkRules.Mode(job.Resource.Properties["managedNetwork"] as JsonObject) != ManagedNetworkRules.Disabled
            ? new() { ["properties"] = new JsonObject { ["managedNetwork"] = ManagedNetworkRules.Activation(withSpark: false) } }
            : null;
    }

    public ValueTask<IReadOnlyList<EffectiveSetting>> SettingsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken) =>
        WorkspaceFacts.SettingsAsync(workspace, reader, cancellationToken);

    public virtual async ValueTask PresentAsync(JsonObject properties, Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        var connections = await PrivateLinks.ShowAsync(workspace, reader, cancellationToken);
        properties["privateEndpointConnections"] = connections;
        properties["privateLinkCount"] = connections.Count;
        properties["storageHnsEnabled"] = await HasHierarchyAsync(properties.Text("storageAccount"), reader, cancellationToken);
    }

    public virtual IAsyncEnumerable<Resource> DependentsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<Resource>();

    /// <summary>The first id whose name is not taken by a soft-deleted resource.</summary>
    protected static async ValueTask<ResourceId> FirstFreeAsync(Func<int, ResourceId> name, ResourceReader reader, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < DependentResources.MaxNames - 1; attempt++)
        {
            if (await reader.FindAnyAsync(name(attempt).Key, cancellationToken) is not { Stored.PurgeAt: not null })
            {
                return name(attempt);
            }
        }

        return name(DependentResources.MaxNames - 1);
    }

    protected bool IsDeclared(string type) => Catalog.Find(type) is not null;

    protected virtual async ValueTask NameDependentsAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var ours = new JsonArray();
        foreach (var dependent in DependentResources.All.Where(d => edit.Properties[d.Property] is null && IsDeclared(d.Type)))
        {
            var id = await FirstFreeAsync(attempt => DependentResources.IdOf(dependent, edit.Id, attempt), edit.Reader, cancellationToken);
            edit.Properties[dependent.Property] = id.Text;
            ours.Add(dependent.Property);
        }

        Internal(edit)["made"] = ours;
    }

    protected static JsonObject Internal(ResourceEdit edit) => (JsonObject)(edit.After[Resource.InternalName] ??= new JsonObject());

    /// <summary>Whether a dependent resource was made for the workspace, and not named by the caller.</summary>
    public static bool IsOurs(Resource workspace, string property) =>
        workspace.Internal["made"] is JsonArray made && made.Any(m => (string?)m == property);

    private static async ValueTask<bool> HasHierarchyAsync(string? storageAccount, ResourceReader reader, CancellationToken cancellationToken) =>
        ResourceId.TryParse(storageAccount, out var id, out _) && await reader.FindAsync(id, cancellationToken) is { } found
        && found.Properties["isHnsEnabled"] is JsonValue flag && flag.TryGetValue<bool>(out var yes) && yes;

    /// <summary>What the caller must be allowed beside the workspace: writing the resources that he names, for the workspace hands out their keys, and making those that he does not.</summary>
    private IEnumerable<(string Type, ResourceId Scope)> NeededWrites(ResourceEdit edit)
    {
        foreach (var (_, id) in NewlyNamed(edit))
        {
            yield return (id.Type, id);
        }

        if (edit.IsCreate && edit.Id.ResourceGroup is { } group)
        {
            foreach (var dependent in DependentResources.All.Where(d => edit.Properties[d.Property] is null))
            {
                yield return (dependent.Type, group);
            }

            if (IsHub)
            {
                yield return (Workspaces.AccountType, group);
            }
        }
    }

    private static IEnumerable<(string Field, ResourceId Id)> NewlyNamed(ResourceEdit edit)
    {
        var before = edit.Before is { } old ? HubRules.Named(old.Body.DeepClone().AsObject()).Select(n => n.Id).ToHashSet(StringComparer.OrdinalIgnoreCase) : [];
        return HubRules.Named(edit.After).Where(n => !before.Contains(n.Id)).Select(n => (n.Field, ResourceId.Parse(n.Id)));
    }
}

/// <summary>Kind Default: a workspace of its own, with neither hub nor projects.</summary>
internal sealed class PlainKind(IServiceProvider services) : RootKind(services)
{
    public override string Name => Workspaces.DefaultKind;
}

/// <summary>Kind FeatureStore.</summary>
internal sealed class FeatureStoreKind(IServiceProvider services) : RootKind(services)
{
    public override string Name => Workspaces.FeatureStoreKind;
}

/// <summary>Kind hub: shares its settings, its AI services account and its connections with its projects.</summary>
internal sealed class HubKind(IServiceProvider services, IAtriumStore store, IServer server) : RootKind(services)
{
    private const string ConnectionType = $"{Workspaces.Type}/connections";
    private const string AccountField = "account";
    private const string AddressField = "address";

    /// <summary>The most projects that a hub's view names. All of them are listed by the collection of workspaces.</summary>
    private const int MaxAssociated = 1000;

    private const int PageSize = 200;

    public override string Name => Workspaces.HubKind;

    public override async Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken)
    {
        var change = await base.ProvisionAsync(job, cancellationToken);
        await HubIdentity.EnsureRoleAsync(job, cancellationToken);
        if (job.Resource.Internal.Text(AccountField) is { } text)
        {
            var account = ResourceId.Parse(text);
            await HubAccount.EnsureAsync(job, account, store, cancellationToken);
            await HubAccount.EnsureDeploymentsAsync(job, account, cancellationToken);
            if (IsDeclared(ConnectionType))
            {
                await HubAccount.EnsureConnectionAsync(job, account, job.Resource.Internal.Text(AddressField) ?? OwnAddress(), cancellationToken);
            }
        }

        return change;
    }

    public override async ValueTask PresentAsync(JsonObject properties, Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        await base.PresentAsync(properties, workspace, reader, cancellationToken);
        var query = new ResourceQuery { Type = Workspaces.TypeKey, Link = workspace.Stored.Key, Take = MaxAssociated };
        var projects = await reader.Store.ListAsync(query, cancellationToken);
        properties["associatedWorkspaces"] = new JsonArray([.. projects.Select(p => (JsonNode)p.Id)]);
    }

    protected override async ValueTask NameDependentsAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        await base.NameDependentsAsync(edit, cancellationToken);
        if (!IsDeclared(Workspaces.AccountType))
        {
            return;
        }

        var account = await FirstFreeAsync(attempt => DependentResources.AccountOf(edit.Id, attempt), edit.Reader, cancellationToken);
        Internal(edit)[AccountField] = account.Text;
        if (edit.BaseUri.Length > 0)
        {
            Internal(edit)[AddressField] = edit.BaseUri;
        }
    }

    /// <summary>Where the server listens, for a hub that no request made.</summary>
    private string OwnAddress() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.Order(StringComparer.Ordinal).FirstOrDefault()?.TrimEnd('/') ?? "http://127.0.0.1";

    /// <summary>Its projects, and the AI services account that came with it.</summary>
    public override async IAsyncEnumerable<Resource> DependentsAsync(
        Resource workspace, ResourceReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var type in (string[])[Workspaces.TypeKey, Workspaces.AccountType.ToLowerInvariant()])
        {
            foreach (var deleted in (bool[])[false, true])
            {
                var query = new ResourceQuery { Type = type, Link = workspace.Stored.Key, Deleted = deleted, Take = PageSize };
                await foreach (var dependent in reader.AllAsync(query, cancellationToken))
                {
                    yield return dependent;
                }
            }
        }
    }
}
