using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary><c>{scope}/providers/Microsoft.Authorization/locks/{name}</c> (ManagementLocks). The kernel's <see cref="LockKeeper"/> obeys them.</summary>
internal sealed partial class LockType : ResourceType
{
    public override string Name => LockKeeper.LockType;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.Locks;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override bool HasProvisioningState => false;

    public override Regex NameRule => LockName();

    public override string NameRuleInWords => "1 to 260 characters without < > % & : \\ ? / and control characters";

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
        new Property("level", Shape.OneOf("CanNotDelete", "ReadOnly", "NotSpecified")).Required(),
        new Property("notes", Shape.Text(512)),
        new Property("owners", Shape.List(Shape.Object(new Property("applicationId", Shape.Text(64))), max: 50))));

    [GeneratedRegex(@"^[^<>%&:\\?/\p{Cc}]{1,260}$")]
    private static partial Regex LockName();
}
