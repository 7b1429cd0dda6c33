using System.Text.Json.Nodes;

namespace Atrium.Server.Resources.Networks;

/// <summary>What a resource tells of the private endpoints that may lead to it.</summary>
internal static class PrivateLinks
{
    private const int MaxShown = 200;

    /// <summary>The connections of a resource, as its own view lists them.</summary>
    public static async ValueTask<JsonArray> ShowAsync(Resource owner, ResourceReader reader, CancellationToken cancellationToken)
    {
        var type = $"{owner.Id.Type}/{EndpointConnectionType.Segment}";
        var rows = await reader.Store.ListAsync(new() { Type = type.ToLowerInvariant(), KeyPrefix = owner.Id.ChildPrefix, Take = MaxShown }, cancellationToken);
        return new([.. rows.Select(row => new Resource(row)).Select(connection => (JsonNode)new JsonObject
        {
            ["id"] = connection.Id.Text,
            ["name"] = connection.Id.Name,
            ["type"] = type,
            ["properties"] = connection.Properties.DeepClone(),
        })]);
    }

    /// <summary><c>GET {resource}/privateLinkResources</c>: the parts of it that an endpoint can lead to (PrivateLinkResource).</summary>
    /// <param name="owner">Its type.</param>
    /// <param name="groups">The parts, each with its member.</param>
    public static ResourceAction Action(string owner, params (string Group, string Member)[] groups) => new("GET", "privateLinkResources", $"{owner}/privateLinkResources/read", (call, _) =>
        Task.FromResult(ActionResult.Ok(new JsonObject
        {
            ["value"] = new JsonArray([.. groups.Select(part => (JsonNode)new JsonObject
            {
                ["id"] = $"{call.Id}/privateLinkResources/{part.Group}",
                ["name"] = part.Group,
                ["type"] = $"{owner}/privateLinkResources",
                ["properties"] = new JsonObject { ["groupId"] = part.Group, ["requiredMembers"] = new JsonArray(part.Member) },
            })]),
        })))
    {
        IsLogged = false,
    };
}
