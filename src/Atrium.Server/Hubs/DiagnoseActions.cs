using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary><c>POST {workspace}/diagnose</c>: looks at what the workspace leans on, as it is now.</summary>
internal sealed class DiagnoseActions(WorkspaceKinds kinds, IServiceProvider services) : IWorkspaceActions
{
    private const string LockTypeKey = "microsoft.authorization/locks";
    private const int MaxLocks = 20;

    private static readonly (string Part, string Property, string What, bool IsRequired)[] Dependents =
    [
        ("storageAccount", "storageAccount", "storage account", true),
        ("keyVault", "keyVault", "key vault", true),
        ("containerRegistry", "containerRegistry", "container registry", false),
        ("applicationInsights", "applicationInsights", "Application Insights component", false),
    ];

    public IEnumerable<ResourceAction> Actions => [new("POST", "diagnose", $"{Workspaces.Type}/diagnose/action", DiagnoseAsync) { IsLongRunning = true }];

    private async Task<ActionResult> DiagnoseAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var settings = (await kinds.Of(call.Resource.Body).SettingsAsync(call.Resource, call.Reader, cancellationToken)).ToDictionary(s => s.Name, s => s.Value);
        var network = settings.GetValueOrDefault("managedNetwork") as JsonObject;
        var isIsolated = ManagedNetworkRules.Mode(network) != ManagedNetworkRules.Disabled;
        var findings = new List<Finding>();
        foreach (var (part, property, what, isRequired) in Dependents)
        {
            var id = (string?)settings.GetValueOrDefault(property);
            findings.AddRange(DiagnoseRules.OfDependent(part, what, id, await StateAsync(id, call.Reader, cancellationToken), isRequired, isIsolated));
        }

        if ((settings.GetValueOrDefault("encryption")?["keyVaultProperties"] as JsonObject)?.Text("keyVaultArmId") is { } vault)
        {
            var hub = call.Resource.Stored.Link is { } link && Workspaces.IsProject(call.Resource.Body) ? await call.Reader.FindAnyAsync(link, cancellationToken) : call.Resource;
            var keys = services.GetRequiredService<IHubKeys>();
            if (hub is null || !keys.IsElsewhere(hub))
            {
                findings.AddRange(DiagnoseRules.OfDependent("others", "vault of the encryption key", vault, await StateAsync(vault, call.Reader, cancellationToken), isRequired: true, isIsolated));
            }

            findings.AddRange(DiagnoseRules.OfKey(hub is null ? null : await keys.TroubleAsync(hub, cancellationToken)));
        }

        if (call.Resource.Internal.Text("account") is { } account)
        {
            findings.AddRange(DiagnoseRules.OfDependent("others", "AI services account", account, await StateAsync(account, call.Reader, cancellationToken), isRequired: true, isIsolated));
        }

        findings.AddRange(DiagnoseRules.OfNetwork(network));
        findings.AddRange(await LocksAsync(call, cancellationToken));
        return ActionResult.Ok(DiagnoseRules.Answer(call.Body?["value"] as JsonObject, findings));
    }

    private async ValueTask<DependentState> StateAsync(string? text, ResourceReader reader, CancellationToken cancellationToken)
    {
        // The catalog holds the workspace type, so it cannot come in through the constructor.
        if (!ResourceId.TryParse(text, out var id, out _) || services.GetRequiredService<ResourceCatalog>().Find(id.Type) is null)
        {
            return DependentState.NotHere;
        }

        return await reader.FindAnyAsync(id.Key, cancellationToken) switch
        {
            null => DependentState.NotFound,
            { Stored.PurgeAt: not null } => DependentState.Deleted,
            var found when found.Properties.Text("provisioningState") == "Failed" => DependentState.Failed,
            var found when "Disabled".Equals(found.Properties.Text("publicNetworkAccess"), StringComparison.OrdinalIgnoreCase) => DependentState.Closed,
            _ => DependentState.Fine,
        };
    }

    private static async Task<List<Finding>> LocksAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        foreach (var scope in call.Id.SelfAndAncestors().Where(s => s.Parent is not null))
        {
            var query = new ResourceQuery { Type = LockTypeKey, KeyPrefix = $"{scope.Key}/providers/{LockTypeKey}/", Take = MaxLocks };
            foreach (var stored in await call.Reader.Store.ListAsync(query, cancellationToken))
            {
                found.Add(DiagnoseRules.OfLock(stored.Id, new Resource(stored).Properties.Text("level") ?? "CanNotDelete"));
            }
        }

        return found;
    }
}
