using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>Addresses of the public API, each with the api-version that the portal was written for.</summary>
public static class ApiPaths
{
    /// <summary>Type of hubs and projects.</summary>
    public const string WorkspaceType = "Microsoft.MachineLearningServices/workspaces";

    private const string Workspaces = "2026-05-01";
    private const string Cognitive = "2024-10-01";
    private const string Resources = "2022-12-01";
    private const string Own = "2026-11-01";

    /// <summary>Subscriptions that the user has a role in.</summary>
    public static string Subscriptions => $"/subscriptions?api-version={Resources}";

    /// <summary>The hubs and projects of a subscription that the user may read.</summary>
    public static string WorkspacesOf(ResourceId subscription) => $"{subscription}/providers/{WorkspaceType}?api-version={Workspaces}";

    /// <summary>A hub or project.</summary>
    public static string Workspace(ResourceId id) => $"{id}?api-version={Workspaces}";

    /// <summary>Connections of a hub, or of a project with those it has from its hub.</summary>
    public static string Connections(ResourceId workspace) => $"{workspace}/connections?api-version={Workspaces}";

    /// <summary>Deployments of an AI services account.</summary>
    public static string Deployments(ResourceId account) => $"{account}/deployments?api-version={Cognitive}";

    /// <summary>Sums of usage by a dimension.</summary>
    public static string UsageTotals(ResourceId scope, string by, DateTimeOffset from) =>
        $"{scope.Subscription}/providers/Atrium.Usage/totals?api-version={Own}&by={by}&from={Uri.EscapeDataString(from.UtcDateTime.ToString("O"))}";
}
