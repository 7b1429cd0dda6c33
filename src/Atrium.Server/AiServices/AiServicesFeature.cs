using Atrium.Server.Resources;

namespace Atrium.Server.AiServices;

/// <summary>The AI services account: one endpoint and two keys, its deployments and the catalog of models.</summary>
internal static class AiServicesFeature
{
    public static IServiceCollection AddAiServicesFeature(this IServiceCollection services) => services
        .AddResourceType<AccountType>()
        .AddResourceType<DeploymentType>()
        .AddResourceType<AccountEndpointType>()
        .AddNotBuilt(
            CognitiveVersions.All,
            "Microsoft.CognitiveServices/commitmentPlans",
            "Microsoft.CognitiveServices/locations/commitmentTiers",
            $"{AccountType.TypeName}/commitmentPlans",
            $"{AccountType.TypeName}/connections",
            $"{AccountType.TypeName}/projects",
            $"{AccountType.TypeName}/capabilityHosts",
            $"{AccountType.TypeName}/defenderForAISettings",
            $"{AccountType.TypeName}/encryptionScopes",
            $"{AccountType.TypeName}/networkSecurityPerimeterConfigurations",
            $"{AccountType.TypeName}/raiBlocklists",
            $"{AccountType.TypeName}/raiPolicies");

    public static void MapAiServicesFeature(this IEndpointRouteBuilder routes) => routes.MapServiceRoutes();
}
