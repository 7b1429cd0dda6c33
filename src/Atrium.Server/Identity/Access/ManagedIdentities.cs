using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Identity.Access;

/// <summary>Which resource each managed identity is of, for reviews: identities stand in no directory but in the resource that they came with.</summary>
internal sealed class ManagedIdentities(IAtriumStore store, ChangeFeed feed) : SnapshotState<ManagedIdentityModel>(store, feed, ManagedIdentityModel.Empty, ManagedIdentityModel.Type)
{
    protected override ManagedIdentityModel Put(ManagedIdentityModel model, Resource resource) => model.With(resource);

    protected override ManagedIdentityModel Remove(ManagedIdentityModel model, string key, string type) => model.Without(key);
}

/// <summary>Managed identities by their object ids. Immutable.</summary>
internal sealed class ManagedIdentityModel
{
    /// <summary>The one type whose resources have identities here.</summary>
    public const string Type = "Microsoft.MachineLearningServices/workspaces";

    private readonly ImmutableDictionary<string, ResourceId> byObjectId;
    private readonly ImmutableDictionary<string, string> byKey;

    private ManagedIdentityModel(ImmutableDictionary<string, ResourceId> byObjectId, ImmutableDictionary<string, string> byKey) => (this.byObjectId, this.byKey) = (byObjectId, byKey);

    public static ManagedIdentityModel Empty { get; } = new(ImmutableDictionary.Create<string, ResourceId>(StringComparer.OrdinalIgnoreCase), ImmutableDictionary<string, string>.Empty);

    public ResourceId? Find(string objectId) => byObjectId.GetValueOrDefault(objectId);

    public ManagedIdentityModel With(Resource resource)
    {
        var rest = Without(resource.Id.Key);
        return (string?)resource.Body["identity"]?["principalId"] is { Length: > 0 } identity
            ? new(rest.byObjectId.SetItem(identity, resource.Id), rest.byKey.SetItem(resource.Id.Key, identity))
            : rest;
    }

    public ManagedIdentityModel Without(string key) => byKey.TryGetValue(key, out var identity) ? new(byObjectId.Remove(identity), byKey.Remove(key)) : this;
}
