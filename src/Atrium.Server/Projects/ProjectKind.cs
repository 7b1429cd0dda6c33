using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.AiServices;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Projects;

/// <summary>Kind project: a workspace in a hub, whose settings are the hub's.</summary>
internal sealed class ProjectKind(IAtriumStore store, ProjectStorage storage) : IWorkspaceKind
{
    public string Name => Workspaces.ProjectKind;

    /// <summary>
    /// A new project needs the right to join its hub, and to write a workspace here. In the hub's default group for projects the right to join is enough:
    /// whoever comes in that way becomes Owner of the project. Who has neither is refused in the same words, whether the project is there or not.
    /// </summary>
    public async ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken)
    {
        const string write = $"{Workspaces.Type}/write";
        if (!await access.IsAllowedAsync(edit.Caller, write, edit.AskedId, cancellationToken))
        {
            if (!edit.IsCreate || !await EntersByHubAsync(edit, access, cancellationToken))
            {
                throw ApiException.Forbidden(edit.Caller.ObjectId, write, edit.AskedId);
            }

            edit.AlsoWrite.Add(ProjectOwner.Assignment(edit.Id, edit.Caller, edit.Now));
        }
        else if (edit.IsCreate && HubIdOf(edit.Properties) is { } hubId)
        {
            await access.DemandAsync(edit.Caller, Workspaces.JoinHub, hubId, cancellationToken);
        }
    }

    public async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var properties = edit.Properties;
        var hub = HubIdOf(properties) is { } hubId ? await edit.Reader.FindAsync(hubId, cancellationToken) : null;
        edit.Problems.AddRange(ProjectRules.Check(edit.After, edit.IsCreate, hub));
        if (hub is not null && Workspaces.IsHub(hub.Body))
        {
            var effective = ProjectInheritance.Effective(
                await WorkspaceFacts.SettingsAsync(hub, edit.Reader, cancellationToken), edit.Before?.Properties ?? [], edit.Id.Text);
            edit.Problems.RemoveAll(p => p.Code is ProblemCodes.Immutable or ProblemCodes.NotPatchable && effective.Any(s => IsAbout(p, s.Name)));
            edit.Problems.AddRange(ProjectRules.TakeOutInherited(effective, edit.Before?.Properties, properties, hub.Id.Text));
            edit.Link = hub.Stored.Key;
        }

        if (edit.IsCreate)
        {
            ApiKeys.Make(edit);
        }
    }

    /// <summary>
    /// Looks once more at the hub now that the project is there: a hub whose deletion began while the project was being made may have missed it,
    /// so the project goes the same way. Every deletion of a hub therefore leaves no live project.
    /// </summary>
    public async Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken)
    {
        var project = job.Resource.Stored;
        var hub = await job.Reader.FindAnyAsync(project.Link!, cancellationToken);
        if (hub is { Stored.PurgeAt: null } && hub.Properties.Text("provisioningState") != "Deleting")
        {
            if (await ProjectScope.OfAsync(job.Resource, job.Reader, cancellationToken) is { } scope)
            {
                await storage.EnsureAsync(scope, job, cancellationToken);
            }

            return null;
        }

        if (project.PurgeAt is null)
        {
            var removal = new ResourceWrite { Key = project.Key, Type = project.Type, Expect = Expect.SameVersion, ExpectedVersion = project.Version };
            await store.CommitAsync(new() { Resources = [removal] }, cancellationToken);
        }

        throw ApiException.Conflict("HubNotFound", $"The hub '{job.Resource.Properties.Text("hubResourceId")}' was deleted while the project was being made.");
    }

    public async ValueTask<IReadOnlyList<EffectiveSetting>> SettingsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken) =>
        workspace.Stored.Link is { } link && await reader.FindAnyAsync(link, cancellationToken) is { } hub
            ? ProjectInheritance.Effective(await WorkspaceFacts.SettingsAsync(hub, reader, cancellationToken), workspace.Properties, workspace.Id.Text)
            : [];

    public ValueTask PresentAsync(JsonObject properties, Resource workspace, ResourceReader reader, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public IAsyncEnumerable<Resource> DependentsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken) => AsyncEnumerable.Empty<Resource>();

    private static ResourceId? HubIdOf(JsonObject properties) =>
        properties.Text("hubResourceId") is { } text && ResourceId.TryParse(text, out var id, out _) ? id : null;

    private static async ValueTask<bool> EntersByHubAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken) =>
        HubIdOf(edit.Properties) is { } hubId
        && await access.IsAllowedAsync(edit.Caller, Workspaces.JoinHub, hubId, cancellationToken)
        && await edit.Reader.FindAsync(hubId, cancellationToken) is { } hub
        && IsDefaultGroup(hub, edit.Id.ResourceGroup);

    private static bool IsDefaultGroup(Resource hub, ResourceId? group) =>
        (hub.Properties["workspaceHubConfig"] as JsonObject)?.Text("defaultWorkspaceResourceGroup") is { } text
        && ResourceId.TryParse(text, out var id, out _) && id.Equals(group);

    private static bool IsAbout(Problem problem, string setting) =>
        problem.Target == $"properties.{setting}" || problem.Target.StartsWith($"properties.{setting}.", StringComparison.Ordinal);
}
