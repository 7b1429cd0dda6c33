using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli.Principals;

/// <summary>Programs that sign in with a client secret.</summary>
internal static class PrincipalCommand
{
    private const string Collection = "servicePrincipals";

    public static Command Create() => new("principal", "Add and list service principals: programs that sign in with a client secret.")
    {
        Add(),
        List(),
    };

    private static DocumentedCommand Add()
    {
        var (data, role) = (CommonOptions.Data(), new RoleOptions());
        var name = new Argument<string>("name") { Description = "Its name." };
        var command = new DocumentedCommand(
            "add",
            "Add a service principal and print what it signs in with, as JSON. The secret is shown this once.",
            "atrium principal add pipeline --role Contributor")
        {
            name, data,
        };
        role.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var called = parsed.GetRequiredValue(name);
            var made = await HubDirectory.AddAsync(hub, Collection, called, [], cancellationToken);
            var objectId = (string)made["properties"]!["objectId"]!;
            var secret = await hub.CallAsync(HttpMethod.Post, HubDirectory.PathOf(Collection, called, "/addPassword"), new() { ["displayName"] = "first" }, cancellationToken);
            await role.GiveAsync(parsed, hub, objectId, "ServicePrincipal", cancellationToken);
            Console.WriteLine(new JsonObject
            {
                ["tenantId"] = hub.Installation.TenantId,
                ["clientId"] = made["properties"]!["appId"]!.DeepClone(),
                ["clientSecret"] = secret["secretText"]!.DeepClone(),
                ["objectId"] = objectId,
            }.ToJsonString(new() { WriteIndented = true }));
        });
        return command;
    }

    private static Command List()
    {
        var data = CommonOptions.Data();
        var command = new Command("list", "List the service principals.") { data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            await HubDirectory.ListAsync(hub, Collection, ["appId", "objectId", "enabled"], cancellationToken);
        });
        return command;
    }
}
