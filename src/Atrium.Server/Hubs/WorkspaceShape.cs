using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary>
/// The request body of a workspace: every published property and what may be done with it. Read-only ones, and those that only the service can know,
/// are taken from no request, so that what a GET answered can be sent back. PATCH takes what WorkspaceUpdateParameters lists.
/// </summary>
internal static class WorkspaceShape
{
    private static readonly ObjectShape KeyVaultProperties = Shape.Object(
        new Property("keyVaultArmId", Shape.IdOf(Workspaces.VaultType)).Required().Immutable(),
        new Property("keyIdentifier", Shape.Uri()).Required(),
        new Property("identityClientId", Shape.Text(128)).NotPatchable());

    private static readonly ObjectShape Encryption = Shape.Object(
        new Property("status", Shape.OneOf("Enabled", "Disabled")).Required().Immutable(),
        new Property("keyVaultProperties", KeyVaultProperties).Required(),
        new Property("identity", Shape.Object(new Property("userAssignedIdentity", Shape.IdOf(Workspaces.UserIdentityType)))).Immutable(),
        new Property("cosmosDbResourceId", Shape.IdOf()).Immutable(),
        new Property("searchAccountResourceId", Shape.IdOf()).Immutable(),
        new Property("storageAccountResourceId", Shape.IdOf()).Immutable());

    private static readonly ObjectShape SharedPrivateLink = Shape.Object(
        new Property("name", Shape.Text(80, min: 1)),
        new Property("properties", Shape.Object(
            new Property("privateLinkResourceId", Shape.IdOf()),
            new Property("groupId", Shape.Text(80)),
            new Property("requestMessage", Shape.Text(140)),
            new Property("status", EndpointConnectionType.Status))));

    public static readonly ObjectShape Properties = Shape.Object(
        new Property("workspaceId", Shape.Any()).ReadOnly(),
        new Property("tenantId", Shape.Any()).ReadOnly(),
        new Property("provisioningState", Shape.Any()).ReadOnly(),
        new Property("privateLinkCount", Shape.Any()).ReadOnly(),
        new Property("privateEndpointConnections", Shape.Any()).ReadOnly(),
        new Property("notebookInfo", Shape.Any()).ReadOnly(),
        new Property("mlFlowTrackingUri", Shape.Any()).ReadOnly(),
        new Property("storageHnsEnabled", Shape.Any()).ReadOnly(),
        new Property("serviceProvisionedResourceGroup", Shape.Any()).ReadOnly(),
        new Property("discoveryUrl", Shape.Any()).ReadOnly(),
        new Property("associatedWorkspaces", Shape.Any()).ReadOnly(),
        new Property("description", Shape.Text()),
        new Property("friendlyName", Shape.Text(256)),
        new Property("storageAccount", Shape.IdOf(Workspaces.StorageType)).Immutable(),
        new Property("keyVault", Shape.IdOf(Workspaces.VaultType)).Immutable(),
        new Property("containerRegistry", Shape.IdOf(Workspaces.RegistryType)),
        new Property("applicationInsights", Shape.IdOf(Workspaces.InsightsType)),
        new Property("hubResourceId", Shape.IdOf(Workspaces.Type)).Immutable(),
        new Property("workspaceHubConfig", Shape.Object(
            new Property("additionalWorkspaceStorageAccounts", Shape.List(Shape.IdOf(Workspaces.StorageType), max: 100)),
            new Property("defaultWorkspaceResourceGroup", Shape.IdOf(Contracts.ResourceId.ResourceGroupType)))).NotPatchable(),
        new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled")),
        new Property("ipAllowlist", Shape.List(NetworkAcls.Range, max: 400)),
        new Property("networkAcls", NetworkAcls.Shape),
        new Property("allowPublicAccessWhenBehindVnet", Shape.Flag()).NotPatchable(),
        new Property("managedNetwork", NetworkShape.ManagedNetwork),
        new Property("encryption", Encryption),
        new Property("enableServiceSideCMKEncryption", Shape.Flag()).Immutable(),
        new Property("hbiWorkspace", Shape.Flag()).Immutable(),
        new Property("v1LegacyMode", Shape.Flag()),
        new Property("enableDataIsolation", Shape.Flag()),
        new Property("systemDatastoresAuthMode", Shape.OneOf("AccessKey", "Identity", "UserDelegationSAS")),
        new Property("primaryUserAssignedIdentity", Shape.IdOf(Workspaces.UserIdentityType)),
        new Property("imageBuildCompute", Shape.Text(255)),
        new Property("sharedPrivateLinkResources", Shape.List(SharedPrivateLink, max: 100)).NotPatchable(),
        new Property("serviceManagedResourcesSettings", Shape.Object(
            new Property("cosmosDb", Shape.Object(new Property("collectionsThroughput", Shape.Number(0, int.MaxValue)))))),
        new Property("serverlessComputeSettings", Shape.Object(
            new Property("serverlessComputeCustomSubnet", Shape.IdOf()),
            new Property("serverlessComputeNoPublicIP", Shape.Flag()))),
        new Property("featureStoreSettings", Shape.Object(
            new Property("computeRuntime", Shape.Object(new Property("sparkRuntimeVersion", Shape.Text(32)))),
            new Property("offlineStoreConnectionName", Shape.Text(255)),
            new Property("onlineStoreConnectionName", Shape.Text(255)))),
        new Property("provisionNetworkNow", Shape.Flag()).NotPatchable(),
        new Property("allowRecoverSoftDeletedWorkspace", Shape.Flag()).NotPatchable());

    public static readonly ObjectShape Body = Envelope.Tracked(
        Properties,
        new Property("kind", Shape.OneOf(Workspaces.HubKind, Workspaces.ProjectKind, Workspaces.DefaultKind, Workspaces.FeatureStoreKind)).Immutable(),
        new Property("sku", Envelope.Sku),
        new Property("identity", Envelope.ManagedIdentity));
}
