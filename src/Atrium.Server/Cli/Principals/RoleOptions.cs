using System.CommandLine;
using Atrium.Contracts;

namespace Atrium.Server.Cli.Principals;

/// <summary>A role to give to a new principal, and where.</summary>
internal sealed class RoleOptions
{
    private const string WorkspaceType = "Microsoft.MachineLearningServices/workspaces";

    private readonly Option<string?> role = new("--role") { Description = "Role to give, by its name, such as \"Azure AI Developer\". None unless told.", HelpName = "NAME" };
    private readonly Option<string?> scope = new("--scope") { Description = "Where: '/' or the id of a resource. The first resource group unless told.", HelpName = "ID" };
    private readonly Option<string?> project = new("--project") { Description = "Where: a project of the first resource group. What a project's people need beside it is given too.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Add(role);
        command.Add(scope);
        command.Add(project);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(project) is not null && (parsed.GetValue(role) is null || parsed.GetValue(scope) is not null))
            {
                parsed.AddError("--project goes with --role, and in place of --scope.");
            }

            if (parsed.GetValue(scope) is { } id && !ResourceId.TryParse(id, out _, out var wrong))
            {
                parsed.AddError($"--scope must be '/' or the id of a resource; found '{id}'. {wrong}");
            }
        });
    }

    public async Task GiveAsync(ParseResult parsed, HubApi hub, string objectId, string principalType, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(role) is not { } name)
        {
            return;
        }

        var at = ResourceId.Parse(parsed.GetValue(project) is { } given ? hub.ResourceGroup.Resource(WorkspaceType, given).Text : parsed.GetValue(scope) ?? hub.ResourceGroup.Text);
        (string Role, ResourceId Scope)[] roles = parsed.GetValue(project) is null ? [(name, at)] : [(name, at), .. await HubDirectory.RolesBesideAsync(hub, at, cancellationToken)];
        foreach (var (each, where) in roles)
        {
            await HubDirectory.AssignAsync(hub, each, where.Text, objectId, principalType, cancellationToken);
            await Console.Error.WriteLineAsync($"It has the role {each} at {where}.");
        }
    }
}
