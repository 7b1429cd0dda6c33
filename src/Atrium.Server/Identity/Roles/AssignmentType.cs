using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary>What assignments of roles and deny assignments have in common: laid on any scope, named by a GUID, never patched, listed with what reaches the scope.</summary>
internal abstract partial class AssignmentType(PrincipalState principals, IAccessControl access) : ResourceType
{
    public override ResourceParent Parent => ResourceParent.Anything;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override bool HasProvisioningState => false;

    public override bool ShowsDeleted => true;

    public override Regex NameRule => GuidText();

    public override string NameRuleInWords => "a GUID";

    protected PrincipalState Principals => principals;

    protected IAccessControl Access => access;

    /// <summary>What the provider writes into the properties (<see cref="AssignmentStamp"/>).</summary>
    protected static Property[] Stamps { get; } = [.. new[] { "scope", "createdOn", "updatedOn", "createdBy", "updatedBy" }.Select(name => new Property(name, Shape.Any()).ReadOnly())];

    /// <summary>Those at the scope, those above it that reach it, and (but for <c>atScope()</c>) those below it.</summary>
    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        var readable = await access.ScopesAllowingAsync(request.Caller, $"{Name}/read", scope, cancellationToken);
        if (readable.IsEmpty)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, $"{Name}/read", scope);
        }

        var found = await FindAsync(scope, readable, request.Query["$filter"].FirstOrDefault(), cancellationToken);
        return await ScopedList.PageAsync(this, found, request, path, reader, cancellationToken);
    }

    /// <summary>Ids of those that a list shows.</summary>
    /// <param name="scope">Whose list.</param>
    /// <param name="readable">Where the caller may read them.</param>
    /// <param name="filter">The published <c>$filter</c>; null for none.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ApiException">400: the filter cannot be read.</exception>
    protected abstract ValueTask<IEnumerable<ResourceId>> FindAsync(ResourceId scope, AllowedScopes readable, string? filter, CancellationToken cancellationToken);

    [GeneratedRegex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    protected static partial Regex GuidText();

    /// <summary>A principal with the groups that it is a member of; none where no filter names it.</summary>
    protected async ValueTask<System.Collections.Immutable.ImmutableArray<string>> HoldersAsync(string? principal, CancellationToken cancellationToken) =>
        principal is null ? [] : (await principals.ReadAsync(cancellationToken)).IdsOf(principal);
}
