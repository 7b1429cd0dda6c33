namespace Atrium.Server.Hubs;

/// <summary>Published parts of Microsoft.MachineLearningServices that answer 501 until they are built. Take a line out when its type comes in.</summary>
internal static class NotBuiltYet
{
    public static readonly string[] Names =
    [
        "Microsoft.MachineLearningServices/locations",
        "Microsoft.MachineLearningServices/registries",
        "Microsoft.MachineLearningServices/virtualclusters",
        "Microsoft.MachineLearningServices/capacityReservationGroups",

        // There are no notebooks, so there is nothing to give a token for or to prepare.
        $"{Workspaces.Type}/listNotebookAccessToken",
        $"{Workspaces.Type}/listConnectionModels",
        $"{Workspaces.Type}/prepareNotebook",

        $"{Workspaces.Type}/batchEndpoints",
        $"{Workspaces.Type}/capabilityHosts",
        $"{Workspaces.Type}/codes",
        $"{Workspaces.Type}/components",
        $"{Workspaces.Type}/connections/deployments",
        $"{Workspaces.Type}/connections/models",
        $"{Workspaces.Type}/connections/raiBlocklists",
        $"{Workspaces.Type}/connections/raiPolicies",
        $"{Workspaces.Type}/computes",
        $"{Workspaces.Type}/data",
        $"{Workspaces.Type}/datasets",
        $"{Workspaces.Type}/datastores",
        $"{Workspaces.Type}/endpoints",
        $"{Workspaces.Type}/environments",
        $"{Workspaces.Type}/featuresets",
        $"{Workspaces.Type}/featurestoreEntities",
        $"{Workspaces.Type}/inferencePools",
        $"{Workspaces.Type}/jobs",
        $"{Workspaces.Type}/linkedServices",
        $"{Workspaces.Type}/linkedWorkspaces",
        $"{Workspaces.Type}/managedNetworks/outboundRules",
        $"{Workspaces.Type}/marketplaceSubscriptions",
        $"{Workspaces.Type}/models",
        $"{Workspaces.Type}/onlineEndpoints",
        $"{Workspaces.Type}/schedules",
        $"{Workspaces.Type}/serverlessEndpoints",
        $"{Workspaces.Type}/services",
    ];
}
