using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Cli.Principals;

/// <summary>Users and service principals through the hub's API.</summary>
internal static class HubDirectory
{
    private const string Version = "api-version=2026-11-01";
    private const string RoleVersion = "api-version=2022-04-01";
    private const string WorkspaceVersion = "api-version=2024-10-01";
    private const string Roles = "/providers/Microsoft.Authorization";
    private const string Provider = "/providers/Atrium.Identity";

    public static string PathOf(string collection, string name, string action = "") => $"{Provider}/{collection}/{Uri.EscapeDataString(name)}{action}?{Version}";

    /// <exception cref="CliException">The name is taken.</exception>
    public static async Task<JsonObject> AddAsync(HubApi hub, string collection, string name, JsonObject properties, CancellationToken cancellationToken)
    {
        if (await hub.FindAsync(PathOf(collection, name), cancellationToken) is not null)
        {
            throw new CliException($"'{name}' is there already.");
        }

        return await hub.CallAsync(HttpMethod.Put, PathOf(collection, name), new() { ["properties"] = properties }, cancellationToken);
    }

    public static async Task ListAsync(HubApi hub, string collection, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<string>> rows = [];
        for (var page = $"{Provider}/{collection}?{Version}"; page is not null;)
        {
            var answer = await hub.CallAsync(HttpMethod.Get, page, null, cancellationToken);
            foreach (var item in answer["value"]!.AsArray().OfType<JsonObject>())
            {
                rows.Add([(string)item["name"]!, .. columns.Select(c => item["properties"]?[c]?.ToString() ?? "")]);
            }

            page = (string?)answer["nextLink"] is { } next ? new Uri(next).PathAndQuery : null;
        }

        Table.Write(["NAME", .. columns.Select(c => c.ToUpperInvariant())], rows);
    }

    /// <summary>As published: whoever is given a project also reads its hub, and sees what is deployed in the project's resource group.</summary>
    /// <exception cref="CliException">There is no such project.</exception>
    public static async Task<(string Role, ResourceId Scope)[]> RolesBesideAsync(HubApi hub, ResourceId project, CancellationToken cancellationToken)
    {
        var found = await hub.FindAsync($"{project}?{WorkspaceVersion}", cancellationToken);
        return (string?)found?["properties"]?["hubResourceId"] is { } parent
            ? [("Reader", ResourceId.Parse(parent)), ("Azure AI Inference Deployment Operator", project.ResourceGroup!)]
            : throw new CliException($"There is no project '{project}'.");
    }

    /// <summary>Gives a role, by the name that it is published under.</summary>
    public static async Task AssignAsync(HubApi hub, string role, string scope, string objectId, string principalType, CancellationToken cancellationToken)
    {
        var filter = Uri.EscapeDataString($"roleName eq '{role.Replace("'", "''", StringComparison.Ordinal)}'");
        var at = scope == "/" ? "" : scope.TrimEnd('/');
        var roles = await hub.CallAsync(HttpMethod.Get, $"{at}{Roles}/roleDefinitions?{RoleVersion}&$filter={filter}", null, cancellationToken);
        var id = (string?)roles["value"]!.AsArray().FirstOrDefault()?["id"] ?? throw new CliException($"There is no role '{role}' at '{scope}'.");
        var properties = new JsonObject { ["roleDefinitionId"] = id, ["principalId"] = objectId, ["principalType"] = principalType };
        await hub.CallAsync(HttpMethod.Put, $"{at}{Roles}/roleAssignments/{Guid.NewGuid()}?{RoleVersion}", new() { ["properties"] = properties }, cancellationToken);
    }
}
