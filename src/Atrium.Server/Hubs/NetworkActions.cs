using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Hubs;

/// <summary>Actions on a workspace's network.</summary>
internal sealed class NetworkActions(WorkspaceKinds kinds) : IWorkspaceActions
{
    private const int HttpsPort = 443;

    public IEnumerable<ResourceAction> Actions =>
    [
        new("POST", "provisionManagedNetwork", $"{Workspaces.Type}/provisionManagedNetwork/action", ProvisionAsync) { IsLongRunning = true, Changes = true },
        new("GET", "outboundNetworkDependenciesEndpoints", $"{Workspaces.Type}/outboundNetworkDependenciesEndpoints/read", ListDependenciesAsync) { IsLogged = false },
        PrivateLinks.Action(Workspaces.Type, ("amlworkspace", "default")),
    ];

    /// <summary>Turns the managed network from Inactive to Active. A project has that of its hub.</summary>
    private static Task<ActionResult> ProvisionAsync(ActionContext call, CancellationToken cancellationToken)
    {
        if (Workspaces.IsProject(call.Resource.Body))
        {
            throw ApiException.BadRequest("ManagedNetworkBelongsToHub", $"The managed network of a project is that of its hub: provision '{call.Resource.Properties.Text("hubResourceId")}'.");
        }

        if (call.Resource.Properties["managedNetwork"] is not JsonObject network || ManagedNetworkRules.Mode(network) == ManagedNetworkRules.Disabled)
        {
            throw ApiException.BadRequest("ManagedNetworkDisabled", "There is no managed network to provision. Set properties.managedNetwork.isolationMode first.");
        }

        var withSpark = call.Body?["includeSpark"] is JsonValue wish && wish.TryGetValue<bool>(out var yes) && yes;
        var body = call.Resource.Body.DeepClone().AsObject();
        var change = ManagedNetworkRules.Activation(withSpark || network["status"]?["sparkReady"]?.GetValue<bool>() == true);
        body["properties"]!["managedNetwork"] = JsonMergePatch.Apply(network, change);
        var stored = call.Resource.Stored;
        var commit = new Commit { Resources = [ResourceWriter.Replace(stored, stored with { Body = body.ToJsonString() })] };
        return Task.FromResult(ActionResult.Ok(change["status"]!.DeepClone()) with { Commit = commit });
    }

    /// <summary>Atrium itself needs nothing outside. What a workspace needs is what it was told to: its FQDN rules, and the targets of its connections.</summary>
    private async Task<ActionResult> ListDependenciesAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var settings = await kinds.Of(call.Resource.Body).SettingsAsync(call.Resource, call.Reader, cancellationToken);
        var network = settings.FirstOrDefault(s => s.Name == "managedNetwork")?.Value as JsonObject;
        var rules = (network?["outboundRules"] as JsonObject ?? [])
            .Select(r => r.Value as JsonObject)
            .Where(r => r?.Text("type") == "FQDN")
            .Select(r => Endpoint(r!.Text("destination")!, HttpsPort));
        var query = new ResourceQuery { Type = $"{Workspaces.TypeKey}/connections", KeyPrefix = call.Id.ChildPrefix, Take = 200 };
        var targets = new List<JsonNode>();
        await foreach (var connection in call.Reader.AllAsync(query, cancellationToken))
        {
            if (Uri.TryCreate(connection.Properties.Text("target"), UriKind.Absolute, out var target) && target.Host.Length > 0)
            {
                targets.Add(Endpoint(target.Host, target.Port));
            }
        }

        return ActionResult.Ok(new JsonObject { ["value"] = new JsonArray(Category("Outbound rules", rules), Category("Connections", targets)) });
    }

    private static JsonObject Endpoint(string host, int port) => new()
    {
        ["domainName"] = host,
        ["endpointDetails"] = new JsonArray(new JsonObject { ["port"] = port }),
    };

    private static JsonObject Category(string name, IEnumerable<JsonNode> endpoints) => new()
    {
        ["properties"] = new JsonObject { ["category"] = name, ["endpoints"] = new JsonArray([.. endpoints]) },
    };
}
