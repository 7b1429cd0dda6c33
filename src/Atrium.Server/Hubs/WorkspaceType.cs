using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary><c>Microsoft.MachineLearningServices/workspaces</c>: hubs, projects and plain workspaces, told apart by their kind.</summary>
internal sealed partial class WorkspaceType(WorkspaceKinds kinds, IEnumerable<IWorkspaceActions> actions, Tenant tenant, Persistence.IAtriumStore store) : ResourceType
{
    private const string RecoverProperty = "allowRecoverSoftDeletedWorkspace";
    private static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    public override string Name => Workspaces.Type;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ObjectShape Body => WorkspaceShape.Body;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "3 to 33 letters, digits, hyphens or underscores, and a letter or digit at the beginning";

    public override bool DeletesInBackground => true;

    public override IEnumerable<(string Action, ResourceId Scope)> DeletePermissions(Resource resource) =>
        Workspaces.IsHub(resource.Body) ? [($"{Name}/hubs/delete", resource.Id)] : [];

    public override IEnumerable<Persistence.ResourceWrite> RemoveWith(Resource resource) => Workspaces.IsHub(resource.Body) ? [HubIdentity.RemoveRole(resource)] : [];

    public override SoftDelete SoftDelete { get; } = new(Retention, "deletedWorkspaces");

    public override IReadOnlyList<ResourceAction> Actions { get; } = [.. actions.SelectMany(a => a.Actions)];

    public override ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken) =>
        kinds.Of(edit.After).AuthorizeWriteAsync(edit, access, cancellationToken);

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.After["kind"] ??= Workspaces.DefaultKind;
        edit.Properties.Remove(RecoverProperty);
        if (edit.Before is { Stored.PurgeAt: null } live && live.Properties.Text("provisioningState") == "Deleting")
        {
            throw ApiException.Conflict("ResourceBeingDeleted", $"'{edit.Id}' is being deleted.");
        }

        if (edit.Before is { Stored.PurgeAt: not null } deleted)
        {
            await WorkspaceRecovery.DemandRecoverableAsync(deleted.Body, edit.Reader, cancellationToken);
            WorkspaceRecovery.Unmark(edit.After);
        }

        if (edit.IsCreate)
        {
            edit.Properties["workspaceId"] = Guid.NewGuid().ToString();
            edit.Properties["tenantId"] = tenant.Id;
        }

        WorkspaceIdentity.Complete(edit.After, edit.IsCreate, tenant.Id, Guid.NewGuid);
        await kinds.Of(edit.After).PrepareAsync(edit, cancellationToken);
    }

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var kind = kinds.Of(resource.Body);
        var properties = (JsonObject)(view["properties"] ??= new JsonObject());
        foreach (var setting in await kind.SettingsAsync(resource, reader, cancellationToken))
        {
            if (setting.Value is { } value)
            {
                properties[setting.Name] = value.DeepClone();
            }
        }

        await kind.PresentAsync(properties, resource, reader, cancellationToken);
    }

    /// <summary>A new one, one that is taken back, and one whose work failed or has not ended.</summary>
    public override bool Provisions(ResourceEdit edit) =>
        edit.IsCreate || edit.Before!.Stored.PurgeAt is not null || edit.Before.Properties.Text("provisioningState") is not "Succeeded";

    public override async Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken)
    {
        await WorkspaceRecovery.ReviveDependentsAsync(job.Resource.Stored.Key, store, cancellationToken);
        return await kinds.Of(job.Resource.Body).ProvisionAsync(job, cancellationToken);
    }

    public override bool RecoversByPut(JsonObject sent) => sent["properties"]?[RecoverProperty] is JsonValue wish && wish.TryGetValue<bool>(out var yes) && yes;

    /// <summary>Where a customer's key encrypts, nothing is left behind that it no longer protects.</summary>
    public override async ValueTask<bool> DeletesForGoodAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var settings = await kinds.Of(resource.Body).SettingsAsync(resource, reader, cancellationToken);
        return EncryptionRules.IsCustomerManaged(settings.FirstOrDefault(s => s.Name == "encryption")?.Value as JsonObject);
    }

    public override IAsyncEnumerable<Resource> DependentsAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken) =>
        kinds.Of(resource.Body).DependentsAsync(resource, reader, cancellationToken);

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$")]
    private static partial Regex Names();
}
