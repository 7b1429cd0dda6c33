using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary>Private endpoints that lead to a hub or a plain workspace. Projects are reached through their hub's.</summary>
internal sealed partial class PrivateEndpointConnectionType : ResourceType
{
    public const string TypeName = $"{Workspaces.Type}/privateEndpointConnections";

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    /// <summary>The network that asks for a connection names it, by rules of its own.</summary>
    public override Regex NameRule => AnySegment();

    public override string NameRuleInWords => "1 to 160 characters";

    public override int CreatedStatus => StatusCodes.Status200OK;

    public override ObjectShape Body { get; } = Envelope.Proxy(
        Shape.Object(
            new Property("privateEndpoint", Shape.Object(new Property("id", Shape.IdOf()))),
            new Property("privateLinkServiceConnectionState", Shape.Object(
                new Property("status", WorkspaceShape.PrivateLinkStatus),
                new Property("description", Shape.Text(1024)),
                new Property("actionsRequired", Shape.Text(1024)))).Required(),
            new Property("provisioningState", Shape.Any()).ReadOnly()),
        new Property("location", Shape.Text(64)),
        new Property("tags", Envelope.TagMap),
        new Property("sku", Envelope.Sku),
        new Property("identity", Envelope.ManagedIdentity));

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (await edit.Reader.FindAsync(edit.Id.Parent!, cancellationToken) is { } workspace && Workspaces.IsProject(workspace.Body))
        {
            edit.Problems.Add(new(
                "properties",
                $"A project needs no private endpoint of its own: it is reached through its hub's. Use '{workspace.Properties.Text("hubResourceId")}/privateEndpointConnections/{edit.Id.Name}'.",
                ProblemCodes.Inherited));
        }
    }

    [GeneratedRegex("^[^/]{1,160}$")]
    private static partial Regex AnySegment();
}
