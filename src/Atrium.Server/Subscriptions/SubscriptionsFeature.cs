using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Subscriptions;

/// <summary>Subscriptions and resource groups: what all other resources lie in.</summary>
internal static class SubscriptionsFeature
{
    public static IServiceCollection AddSubscriptionsFeature(this IServiceCollection services) => services
        .AddResourceType<SubscriptionType>()
        .AddResourceType<ResourceGroupType>()
        .AddResourceType<TagsType>()
        .AddNotBuilt(KnownVersions.Resources, "Microsoft.Resources/deployments", "Microsoft.Resources/calculateTemplateHash", $"{ResourceId.ResourceGroupType}/exportTemplate");

    public static void MapSubscriptionsFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapTenants();
        routes.MapProviders();
        routes.MapProviderOperations();
        routes.MapResourceLists();
    }
}
