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
    private const string Authorization = "2022-04-01";
    private const string Own = "2026-11-01";

    /// <summary>How the user wants the portal to be.</summary>
    public static string UserSettings => $"/providers/Atrium.Portal/userSettings/me?api-version={Own}";

    /// <summary>What the user has begun, and how it ended.</summary>
    public static string Notifications => $"/providers/Atrium.Portal/notifications/me?api-version={Own}";

    /// <summary>Where resources are found.</summary>
    public static string ResourceGraph => "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";

    /// <summary>Subscriptions that the user has a role in.</summary>
    public static string Subscriptions => $"/subscriptions?api-version={Resources}";

    /// <summary>The hubs and projects of a subscription that the user may read.</summary>
    public static string WorkspacesOf(ResourceId subscription) => $"{subscription}/providers/{WorkspaceType}?api-version={Workspaces}";

    /// <summary>A hub or project.</summary>
    public static string Workspace(ResourceId id) => $"{id}?api-version={Workspaces}";

    /// <summary>What the user may do at a place.</summary>
    public static string Permissions(ResourceId scope) => $"{At(scope)}/providers/Microsoft.Authorization/permissions?api-version={Authorization}";

    /// <summary>Connections of a hub, or of a project with those it has from its hub.</summary>
    public static string Connections(ResourceId workspace) => $"{workspace}/connections?api-version={Workspaces}";

    /// <summary>Deployments of an AI services account.</summary>
    public static string Deployments(ResourceId account) => $"{account}/deployments?api-version={Cognitive}";

    /// <summary>A deployment of an AI services account.</summary>
    public static string Deployment(ResourceId id) => $"{id}?api-version={(id.IsOfType($"{WorkspaceType}/deployments") ? Workspaces : Cognitive)}";

    /// <summary>Deployments of a project's own.</summary>
    public static string ProjectDeployments(ResourceId project) => $"{project}/deployments?api-version={Workspaces}";

    /// <summary>The models that an account can deploy.</summary>
    public static string Models(ResourceId account) => $"{account}/models?api-version={Cognitive}";

    /// <summary>An AI services account.</summary>
    public static string Account(ResourceId account) => $"{account}?api-version={Cognitive}";

    /// <summary>An action on a hub, a project or what is nested in them.</summary>
    public static string Act(ResourceId id, string action) => $"{id}/{action}?api-version={Workspaces}";

    /// <summary>An action on an AI services account.</summary>
    public static string ActOnAccount(ResourceId account, string action) => $"{account}/{action}?api-version={Cognitive}";

    /// <summary>A connection.</summary>
    public static string Connection(ResourceId id) => $"{id}?api-version={Workspaces}";

    /// <summary>Every connection of a hub and its projects, or of a project.</summary>
    public static string ConnectionAudit(ResourceId workspace) => $"{workspace}/connectionAudit?api-version={Workspaces}";

    /// <summary>What holds in a hub or project, and who decided it.</summary>
    public static string EffectiveSettings(ResourceId workspace) => $"{workspace}/effectiveSettings?api-version={Workspaces}";

    /// <summary>The resource groups of a subscription.</summary>
    public static string Groups(ResourceId subscription) => $"{subscription}/resourceGroups?api-version={Resources}";

    /// <summary>Hubs and projects that were deleted and can be taken back.</summary>
    public static string DeletedWorkspaces(ResourceId subscription) => $"{subscription}/providers/Microsoft.MachineLearningServices/deletedWorkspaces?api-version={Workspaces}";

    /// <summary>Whether a host may be called from a hub or project.</summary>
    public static string CheckOutbound(ResourceId workspace) => $"{workspace}/checkOutbound?api-version={Workspaces}";

    /// <summary>Rules of the managed network of a hub.</summary>
    public static string OutboundRules(ResourceId hub) => $"{hub}/outboundRules?api-version={Workspaces}";

    /// <summary>One such rule.</summary>
    public static string OutboundRule(ResourceId hub, string name) => $"{hub}/outboundRules/{Uri.EscapeDataString(name)}?api-version={Workspaces}";

    /// <summary>Who has which role at a place and above it.</summary>
    public static string RoleAssignments(ResourceId scope) => $"{At(scope)}/providers/Microsoft.Authorization/roleAssignments?api-version={Authorization}&$filter=atScope()";

    /// <summary>Who may do what at a place, after all roles and denials.</summary>
    public static string Access(ResourceId scope) => $"{At(scope)}/providers/Atrium.Authorization/access?api-version={Own}";

    /// <summary>One role of somebody.</summary>
    public static string RoleAssignment(ResourceId scope, Guid name) => $"{At(scope)}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version={Authorization}";

    /// <summary>One role of somebody, by its id.</summary>
    public static string RoleAssignment(ResourceId id) => $"{id}?api-version={Authorization}";

    /// <summary>The roles that can be given at a place.</summary>
    public static string RoleDefinitions(ResourceId scope) => $"{At(scope)}/providers/Microsoft.Authorization/roleDefinitions?api-version={Authorization}";

    /// <summary>Users, groups or service principals.</summary>
    public static string Principals(string collection) => $"/providers/Atrium.Identity/{collection}?api-version={Own}";

    /// <summary>A user, group or service principal.</summary>
    public static string Principal(string collection, string name) => $"/providers/Atrium.Identity/{collection}/{Uri.EscapeDataString(name)}?api-version={Own}";

    /// <summary>Changes the password of who calls.</summary>
    public static string ChangeOwnPassword => $"/providers/Atrium.Identity/me/changePassword?api-version={Own}";

    /// <summary>An action on a user, group or service principal.</summary>
    public static string ActOnPrincipal(string collection, string name, string action) => $"/providers/Atrium.Identity/{collection}/{Uri.EscapeDataString(name)}/{action}?api-version={Own}";

    /// <summary>The activity log of a subscription, or of what lies in none.</summary>
    public static string Activity(ResourceId scope, string filter) => $"{At(scope)}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter={Uri.EscapeDataString(filter)}";

    /// <summary>Sums of usage by a dimension: of a project, or of an account with all of its hub's projects.</summary>
    public static string UsageTotals(ResourceId workspace, ResourceId? account, string by, DateTimeOffset from) =>
        $"{workspace.Subscription}/providers/Atrium.Usage/totals?api-version={Own}&by={by}&from={Uri.EscapeDataString(from.UtcDateTime.ToString("O"))}"
        + (account is null ? $"&project={Uri.EscapeDataString(workspace.Text)}" : $"&account={Uri.EscapeDataString(account.Text)}");

    /// <summary>An id in front of a path: the tenant's is nothing.</summary>
    private static string At(ResourceId scope) => scope.Parent is null ? "" : scope.Text;
}
