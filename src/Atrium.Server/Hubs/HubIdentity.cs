using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Identity;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Hubs;

/// <summary>The role of a hub's system-assigned identity, as published: Azure AI Administrator of the hub's resource group. It comes with the hub and goes with it.</summary>
internal static class HubIdentity
{
    private const string AssignmentType = "Microsoft.Authorization/roleAssignments";
    private const string AzureAIAdministrator = "b78c5d69-af96-48a3-bf8d-a8b4d589de94";

    /// <summary>May run twice.</summary>
    public static Task EnsureRoleAsync(JobContext job, CancellationToken cancellationToken)
    {
        var hub = job.Resource;
        return (hub.Body["identity"] as JsonObject)?.Text("principalId") is { } principal
            ? job.EnsureAsync(AssignmentOf(hub), Assignment(hub.Id, principal), cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>The write that takes the role away, with the hub.</summary>
    public static ResourceWrite RemoveRole(Resource hub) => new() { Key = AssignmentOf(hub).Key, Type = AssignmentType.ToLowerInvariant(), Expect = Expect.Anything };

    /// <summary>By the hub's own id, so that a hub of the same name made later has another one.</summary>
    private static ResourceId AssignmentOf(Resource hub) =>
        hub.Id.ResourceGroup!.Resource(AssignmentType, NameGuid.Of($"{hub.Properties.Text("workspaceId")}/{AzureAIAdministrator}").ToString());

    private static JsonObject Assignment(ResourceId hub, string principal) => new()
    {
        ["properties"] = new JsonObject
        {
            ["roleDefinitionId"] = $"{hub.Subscription}/providers/Microsoft.Authorization/roleDefinitions/{AzureAIAdministrator}",
            ["principalId"] = principal,
            ["principalType"] = "ServicePrincipal",
            ["description"] = $"The managed identity of hub {hub.Name}",
        },
    };
}
