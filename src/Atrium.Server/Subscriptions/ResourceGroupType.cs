using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Subscriptions;

/// <summary><c>/subscriptions/{subscriptionId}/resourceGroups/{name}</c>. Deleting one deletes what lies in it.</summary>
internal sealed class ResourceGroupType(IServiceProvider services) : ResourceType
{
    private const int PageSize = 100;

    public override string Name => ResourceId.ResourceGroupType;

    public override string OperationName => $"{ResourceId.SubscriptionType}/resourceGroups";

    public override ResourceParent Parent => ResourceParent.Subscription;

    public override ImmutableArray<string> ApiVersions => KnownVersions.Resources;

    public override ObjectShape Body { get; } = Envelope.Tracked(Shape.Object(new Property("provisioningState", Shape.Any()).ReadOnly()), new Property("managedBy", Shape.IdOf()));

    public override bool DeletesInBackground => true;

    /// <summary>Each top-level resource in the group, so that each goes by the rules of its own type.</summary>
    public override async IAsyncEnumerable<Resource> DependentsAsync(
        Resource resource, ResourceReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The catalog holds this type, so it cannot come in through the constructor.
        var catalog = services.GetRequiredService<ResourceCatalog>();
        foreach (var type in catalog.Types.Where(t => t.Parent is ResourceParent.ResourceGroup))
        {
            var query = new Persistence.ResourceQuery { Type = type.Name.ToLowerInvariant(), KeyPrefix = resource.Id.ChildPrefix, Take = PageSize };
            await foreach (var member in reader.AllAsync(query, cancellationToken))
            {
                yield return member;
            }
        }
    }
}
