using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Principals;

/// <summary>What users, service principals and groups have in common. <c>/providers/Atrium.Identity/{users|servicePrincipals|groups}/{name}</c>.</summary>
internal abstract partial class PrincipalType : ResourceType
{
    /// <summary>
    /// Whoever may set a credential can become that principal, so it takes the right to give roles: a permission under Microsoft.Authorization, which
    /// Owner and User Access Administrator have and Contributor has not.
    /// </summary>
    public const string ManagePermission = "Microsoft.Authorization/principals/write";

    public override string DeletePermission => "Microsoft.Authorization/principals/delete";

    public override ResourceParent Parent => ResourceParent.Tenant;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.Directory;

    public override bool HasProvisioningState => false;

    public override Regex NameRule => SignInName();

    public override string NameRuleInWords => "1 to 64 letters, digits, dots, hyphens, underscores or @, beginning with a letter or digit";

    public static ResourceId IdOf(string type, string name) => ResourceId.Tenant.Resource(type, name);

    public override async ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl control, CancellationToken cancellationToken)
    {
        await base.AuthorizeWriteAsync(edit, control, cancellationToken);
        await control.DemandAsync(edit.Caller, ManagePermission, edit.AskedId, cancellationToken);
    }

    public override ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.Properties["objectId"] ??= Guid.NewGuid().ToString();
        edit.Properties["displayName"] ??= edit.Id.Name;
        edit.Properties["enabled"] ??= true;
        return ValueTask.CompletedTask;
    }

    /// <summary>The properties that all three have, and those given.</summary>
    protected static ObjectShape BodyWith(params Property[] more) => Envelope.Proxy(Shape.Object(
    [
        new Property("objectId", Shape.Any()).ReadOnly(),
        new Property("displayName", Shape.Text(256, min: 1)),
        new Property("enabled", Shape.Flag()),
        .. more,
    ]));

    /// <summary>Atrium's own part of the document, ready to be changed.</summary>
    protected static JsonObject InternalOf(JsonObject document) => (JsonObject)(document[Resource.InternalName] ??= new JsonObject());

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@\-]{0,63}$")]
    private static partial Regex SignInName();
}
