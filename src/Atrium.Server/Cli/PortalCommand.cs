using System.CommandLine;
using System.Text.Json.Nodes;
using Atrium.Server.Cli.Principals;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Identity.SignIn;

namespace Atrium.Server.Cli;

/// <summary>Prints a link that signs in to the portal.</summary>
internal static class PortalCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var user = new Option<string>("--user") { Description = "Who signs in.", HelpName = "NAME", DefaultValueFactory = _ => Installation.FirstUser };
        var command = new DocumentedCommand(
            "portal",
            "Print a link that signs a person in to the portal, once and within a quarter of an hour.",
            "atrium portal\natrium portal --user ada")
        {
            user, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(user)!;
            var link = await FindLinkAsync(LastData.Find(parsed.GetValue(data)), name, cancellationToken)
                ?? throw new CliException($"There is no user '{name}', or it is disabled. 'atrium user list' shows those there are.");
            Console.WriteLine(link);
        });
        return command;
    }

    /// <summary>Null where there is no such user, or nobody left to ask for him.</summary>
    public static async Task<string?> FindLinkAsync(string data, string user, CancellationToken cancellationToken)
    {
        if (Installation.Read(data) is { ClientSecret: null })
        {
            return null;
        }

        using var hub = await HubApi.OpenAsync(data, cancellationToken);
        if (await hub.FindAsync(HubDirectory.PathOf("users", user), cancellationToken) is not { } found || (bool?)found["properties"]?["enabled"] == false)
        {
            return null;
        }

        JsonObject made = await hub.CallAsync(HttpMethod.Post, HubDirectory.PathOf("users", user, "/createSignInLink"), null, cancellationToken);

        // Plain HTTP on this machine: a browser that does not know the hub's authority yet would warn.
        return $"{hub.Endpoint}{SignInLinks.Path}?code={(string?)made["code"]}";
    }
}
