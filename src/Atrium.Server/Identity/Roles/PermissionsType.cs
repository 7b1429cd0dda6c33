using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles;

/// <summary><c>GET {scope}/providers/Microsoft.Authorization/permissions</c>: what the caller may do there. Needs no right, and tells nothing of whether the scope exists.</summary>
internal sealed class PermissionsType(RoleState roles) : ResourceType
{
    public override string Name => "Microsoft.Authorization/permissions";

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.Permissions;

    public override ResourceMethods Methods => ResourceMethods.List;

    public override bool HasProvisioningState => false;

    public override ObjectShape Body { get; } = new([.. Envelope.ServiceFields]);

    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        var model = await roles.ReadAsync(cancellationToken);
        var permissions = model.PermissionsAt(request.Caller.PrincipalIds, scope).Select(p => (JsonNode)p.ToJson());
        return new() { ["value"] = new JsonArray([.. permissions]) };
    }
}
