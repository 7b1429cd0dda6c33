using System.Text.Json.Nodes;

namespace Atrium.Portal.Api;

/// <summary>What somebody may do at a place.</summary>
/// <param name="Principal">Who, by object id.</param>
/// <param name="Kind">User, Group, ServicePrincipal, or Unknown for one whom the directory does not know.</param>
/// <param name="Name">What people call him; null for the same.</param>
/// <param name="IsConditional">Whether some of it depends on the call.</param>
/// <param name="Rights">All that is left after what is denied.</param>
public sealed record AccessRow(string Principal, string Kind, string? Name, bool IsConditional, Rights Rights)
{
    /// <summary>Reads a row of the API's access review.</summary>
    public static AccessRow Read(JsonObject body) => new(
        (string?)body["principalId"] ?? "",
        (string?)body["principalType"] ?? "Unknown",
        (string?)body["displayName"],
        (bool?)body["conditional"] ?? false,
        Rights.Read((body["effective"] as JsonArray ?? []).OfType<JsonObject>()));

    /// <summary>The same drawn from the roles alone, for whoever may not ask for the review: what is given on conditions, denied, or had through a group is not in it.</summary>
    public static IReadOnlyList<AccessRow> Of(IEnumerable<RoleGrant> grants, IReadOnlyDictionary<string, RoleDefinition> roles) =>
        [.. grants.GroupBy(g => g.Principal).Select(group => new AccessRow(
            group.Key,
            group.First().Kind,
            null,
            group.Any(g => g.IsConditional),
            Rights.Read(group.Where(g => !g.IsConditional).SelectMany(g => roles.GetValueOrDefault(g.Role)?.Permissions ?? []))))];
}
