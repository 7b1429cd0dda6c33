using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Identity;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary><c>Microsoft.MachineLearningServices/workspaces</c>: hubs, projects and plain workspaces, told apart by their kind.</summary>
internal sealed partial class WorkspaceType(IEnumerable<IWorkspaceKind> kinds, Tenant tenant) : ResourceType
{
    private readonly FrozenDictionary<string, IWorkspaceKind> byName = kinds.ToFrozenDictionary(k => k.Name, StringComparer.OrdinalIgnoreCase);

    public override string Name => Workspaces.Type;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ObjectShape Body => WorkspaceShape.Body;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "3 to 33 letters, digits, hyphens or underscores, and a letter or digit at the beginning";

    public override bool DeletesInBackground => true;

    public override ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken) =>
        KindOf(edit.After).AuthorizeWriteAsync(edit, access, cancellationToken);

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.After["kind"] ??= Workspaces.DefaultKind;
        edit.Properties.Remove("allowRecoverSoftDeletedWorkspace");
        if (edit.IsCreate)
        {
            edit.Properties["workspaceId"] = Guid.NewGuid().ToString();
            edit.Properties["tenantId"] = tenant.Id;
        }

        WorkspaceIdentity.Complete(edit.After, edit.IsCreate, tenant.Id, Guid.NewGuid);
        await KindOf(edit.After).PrepareAsync(edit, cancellationToken);
    }

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var kind = KindOf(resource.Body);
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

    /// <summary>A new one, and one whose work failed or has not ended.</summary>
    public override bool Provisions(ResourceEdit edit) => edit.IsCreate || edit.Before!.Properties.Text("provisioningState") is not "Succeeded";

    public override Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken) =>
        KindOf(job.Resource.Body).ProvisionAsync(job, cancellationToken);

    public override IAsyncEnumerable<Resource> DependentsAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken) =>
        KindOf(resource.Body).DependentsAsync(resource, reader, cancellationToken);

    private IWorkspaceKind KindOf(JsonObject document) => byName[Workspaces.KindOf(document)];

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$")]
    private static partial Regex Names();
}
