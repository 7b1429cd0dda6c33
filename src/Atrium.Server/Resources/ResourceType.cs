using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources.Operations;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Resources;

/// <summary>
/// The declaration of a resource type. The kernel does the rest: routes, versions, ETags, paging, locks, roles, operations and the activity log.
/// </summary>
internal abstract partial class ResourceType
{
    /// <summary>Namespace and type: <c>Microsoft.MachineLearningServices/workspaces</c>. A nested type's name begins with its parent's.</summary>
    public abstract string Name { get; }

    /// <summary>What its RBAC operations begin with: the type's name, but for what is published under another one.</summary>
    public virtual string OperationName => Name;

    public abstract ResourceParent Parent { get; }

    public abstract ImmutableArray<string> ApiVersions { get; }

    /// <summary>The whole request body. <see cref="Envelope"/> builds the usual ones.</summary>
    public abstract ObjectShape Body { get; }

    /// <summary>What a name may be.</summary>
    public virtual Regex NameRule => DefaultName();

    /// <summary>The rule in words, for the one who broke it.</summary>
    public virtual string NameRuleInWords => "1 to 90 letters, digits, hyphens, underscores, dots or parentheses, and no dot at the end";

    public virtual ResourceMethods Methods => ResourceMethods.All;

    /// <summary>Whether the list of the whole installation is empty, and not refused, for a caller who may read none: clients begin with it.</summary>
    public virtual bool IsListedToAll => false;

    /// <summary>How long a deleted one can be recovered; null deletes at once.</summary>
    public virtual SoftDelete? SoftDelete => null;

    /// <summary>The status of a PUT that made a new one and is already done. Published specs differ.</summary>
    public virtual int CreatedStatus => 201;

    /// <summary>The status of a PUT that changed one and is already done.</summary>
    public virtual int UpdatedStatus => 200;

    /// <summary>Whether the answer to a DELETE shows what was deleted.</summary>
    public virtual bool ShowsDeleted => false;

    public virtual IReadOnlyList<ResourceAction> Actions => [];

    /// <summary>The RBAC action that a DELETE demands.</summary>
    public virtual string DeletePermission => $"{OperationName}/delete";

    /// <summary>Whether <c>properties.provisioningState</c> tells a client how far it is.</summary>
    public virtual bool HasProvisioningState => true;

    /// <summary>Checks and completes a PUT or PATCH. Add to <see cref="ResourceEdit.Problems"/> whatever is wrong; the kernel refuses with all of it at once.</summary>
    public virtual ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Whether the caller may write this. By default: the type's write action at the resource's id.</summary>
    public virtual ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken) =>
        access.DemandAsync(edit.Caller, $"{OperationName}/write", edit.AskedId, cancellationToken);

    /// <summary>Whether the caller may delete what lies at an id, there or not.</summary>
    public virtual ValueTask AuthorizeDeleteAsync(ResourceId id, Caller caller, IAccessControl access, CancellationToken cancellationToken) =>
        access.DemandAsync(caller, DeletePermission, id, cancellationToken);

    /// <summary>Lays what is computed at read time over the document: inherited values, counts, links. The view is the caller's to change.</summary>
    public virtual ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Whether anybody who is signed in may read what lies at an id, because it is published.</summary>
    public virtual bool IsOpenToAll(ResourceId id) => false;

    /// <summary>A resource that is there without being stored (a built-in role); null where there is none. The caller may read the type here.</summary>
    public virtual ValueTask<Resource?> FindUnstoredAsync(ResourceId id, CancellationToken cancellationToken) => new((Resource?)null);

    /// <summary>A resource that is read here although it lies elsewhere (a hub's shared connection, read in a project); null where there is none.</summary>
    public virtual ValueTask<Resource?> FindInheritedAsync(ResourceId id, ResourceReader reader, CancellationToken cancellationToken) => new((Resource?)null);

    /// <summary>Lists in its own way, with its own check of rights. Null: the kernel lists what is stored under the scope.</summary>
    public virtual ValueTask<JsonObject?> ListAsync(ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken) =>
        new((JsonObject?)null);

    /// <summary>Whether a write has work behind it: it is then answered 202, and <see cref="ProvisionAsync"/> runs as a durable job.</summary>
    public virtual bool Provisions(ResourceEdit edit) => false;

    /// <summary>The work behind a write. May run twice. What it returns is merged into the document together with <c>provisioningState: Succeeded</c>.</summary>
    public virtual Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken) => Task.FromResult<JsonObject?>(null);

    /// <summary>Resources that must go before this one does (a hub's projects). Nested ones go by themselves.</summary>
    public virtual IAsyncEnumerable<Resource> DependentsAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<Resource>();

    /// <summary>Further RBAC actions that a delete of this one demands, each with its scope.</summary>
    public virtual IEnumerable<(string Action, ResourceId Scope)> DeletePermissions(Resource resource) => [];

    /// <summary>Further resources that go in the same transaction when it goes for good (a name it holds).</summary>
    public virtual IEnumerable<ResourceWrite> RemoveWith(Resource resource) => [];

    /// <summary>Whether a delete may go on. Throw <see cref="Hosting.ApiException"/> to refuse it.</summary>
    public virtual ValueTask CheckDeleteAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Whether this one cannot be recovered although its type can.</summary>
    public virtual ValueTask<bool> DeletesForGoodAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken) => new(false);

    /// <summary>Whether a PUT asks to take a soft-deleted resource of that name back. It then updates that resource, whose <see cref="ResourceEdit.Before"/> is deleted.</summary>
    public virtual bool RecoversByPut(JsonObject sent) => false;

    /// <summary>How a soft-deleted one is taken back, for the caller who finds its name taken.</summary>
    public virtual string RecoveryInWords => "POST to its id followed by /recover";

    /// <summary>Deletes by a long-running operation: 202 with a place to look. Else at once: 200.</summary>
    public virtual bool DeletesInBackground => false;

    [GeneratedRegex(@"^[\w\-.()]{0,89}[\w\-()]$")]
    private static partial Regex DefaultName();
}

/// <summary>Where a type nests.</summary>
internal enum ResourceParent
{
    Tenant,
    Subscription,
    ResourceGroup,

    /// <summary>In a resource of the type that the name names before its last slash.</summary>
    Resource,

    /// <summary>On anything, as an extension.</summary>
    Anything,
}

/// <summary>Which of the plain methods a type has.</summary>
[Flags]
internal enum ResourceMethods
{
    None = 0,
    Get = 1,
    Put = 2,
    Patch = 4,
    Delete = 8,
    List = 16,
    All = Get | Put | Patch | Delete | List,
}

/// <summary>How a type is soft-deleted.</summary>
/// <param name="Retention">How long it can be recovered.</param>
/// <param name="CollectionName">The published name of the list of deleted ones (<c>deletedAccounts</c>).</param>
internal sealed record SoftDelete(TimeSpan Retention, string CollectionName);
