using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Compliance;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies;

/// <summary>What the resources of a subscription, a group or a hub must be (Microsoft.Authorization policies), and which are not.</summary>
internal static class PoliciesFeature
{
    public static IServiceCollection AddPoliciesFeature(this IServiceCollection services) => services
        .AddSingleton<PolicyState>()
        .AddSingleton<IWriteGate, PolicyGate>()
        .AddResourceType<PolicyDefinitionType>()
        .AddResourceType<PolicyAssignmentType>()
        .AddResourceType<PolicyStatesType>()
        .AddNotBuilt(PolicyVersions.Definitions, "Microsoft.Authorization/policySetDefinitions", "Microsoft.Authorization/policyExemptions", "Microsoft.Authorization/dataPolicyManifests")
        .AddNotBuilt(PolicyVersions.Insights, "Microsoft.PolicyInsights/remediations", "Microsoft.PolicyInsights/attestations", "Microsoft.PolicyInsights/policyEvents");
}
