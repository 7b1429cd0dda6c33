using System.CommandLine;

namespace Atrium.Server.Cli.Principals;

/// <summary>A role to give to a new principal, and where.</summary>
internal sealed class RoleOptions
{
    private readonly Option<string?> role = new("--role") { Description = "Role to give, by its name, such as \"Azure AI Developer\". None unless told.", HelpName = "NAME" };
    private readonly Option<string?> scope = new("--scope") { Description = "Where: '/' or the id of a resource. The first resource group unless told.", HelpName = "ID" };

    public void AddTo(Command command)
    {
        command.Add(role);
        command.Add(scope);
    }

    public async Task GiveAsync(ParseResult parsed, HubApi hub, string objectId, string principalType, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(role) is { } name)
        {
            var at = parsed.GetValue(scope) ?? hub.ResourceGroup.Text;
            await HubDirectory.AssignAsync(hub, name, at, objectId, principalType, cancellationToken);
            await Console.Error.WriteLineAsync($"It has the role {name} at {at}.");
        }
    }
}
