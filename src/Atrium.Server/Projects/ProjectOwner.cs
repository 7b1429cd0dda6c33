using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary>Makes the creator of a project its Owner, in the transaction that makes the project.</summary>
internal static class ProjectOwner
{
    private const string AssignmentType = "Microsoft.Authorization/roleAssignments";
    private const string OwnerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

    public static ResourceWrite Assignment(ResourceId project, Caller caller, DateTimeOffset now)
    {
        var id = project.Resource(AssignmentType, Guid.NewGuid().ToString());
        var document = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["roleDefinitionId"] = $"{project.Subscription!.Text}/providers/Microsoft.Authorization/roleDefinitions/{OwnerRole}",
                ["principalId"] = caller.ObjectId,
                ["principalType"] = caller.Kind == "User" ? "User" : "ServicePrincipal",
                ["scope"] = project.Text,
            },
            ["systemData"] = EditRules.Stamp(null, caller, now),
        };
        var stored = new StoredResource { Key = id.Key, Id = id.Text, Type = AssignmentType.ToLowerInvariant(), Body = document.ToJsonString() };
        return new() { Key = stored.Key, Type = stored.Type, Resource = stored, Expect = Expect.Nothing };
    }
}
