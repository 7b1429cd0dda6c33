using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli.Principals;

/// <summary>People who sign in with name and password.</summary>
internal static class UserCommand
{
    private const string Collection = "users";

    public static Command Create() => new("user", "Add and list people, set their passwords.")
    {
        Add(),
        List(),
        SetPassword(),
    };

    private static DocumentedCommand Add()
    {
        var (data, role) = (CommonOptions.Data(), new RoleOptions());
        var name = new Argument<string>("name") { Description = "What the person signs in as." };
        var mail = new Option<string?>("--mail") { Description = "Mail address.", HelpName = "ADDRESS" };
        var command = new DocumentedCommand(
            "add",
            "Add a person. The password (12 characters or more) is typed unseen, or read from standard input.",
            "atrium user add ada --role \"Azure AI Developer\"")
        {
            name, mail, data,
        };
        role.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var properties = new JsonObject { ["password"] = SecretInput.Read("Password") };
            if (parsed.GetValue(mail) is { } address)
            {
                properties["mail"] = address;
            }

            var made = await HubDirectory.AddAsync(hub, Collection, parsed.GetRequiredValue(name), properties, cancellationToken);
            var objectId = (string)made["properties"]!["objectId"]!;
            await role.GiveAsync(parsed, hub, objectId, "User", cancellationToken);
            Console.WriteLine(objectId);
        });
        return command;
    }

    private static Command List()
    {
        var data = CommonOptions.Data();
        var command = new Command("list", "List the people.") { data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            await HubDirectory.ListAsync(hub, Collection, ["objectId", "enabled", "mail"], cancellationToken);
        });
        return command;
    }

    private static Command SetPassword()
    {
        var data = CommonOptions.Data();
        var name = new Argument<string>("name");
        var command = new Command("passwd", "Set a person's password: typed unseen, or read from standard input.") { name, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var properties = new JsonObject { ["password"] = SecretInput.Read("New password") };
            await hub.CallAsync(HttpMethod.Patch, HubDirectory.PathOf(Collection, parsed.GetRequiredValue(name)), new() { ["properties"] = properties }, cancellationToken);
        });
        return command;
    }
}
