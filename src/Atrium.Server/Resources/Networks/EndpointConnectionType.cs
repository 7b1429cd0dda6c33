using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Resources.Networks;

/// <summary>
/// <c>{resource}/privateEndpointConnections</c>: the private endpoints that lead to a resource, and which of them its owner lets in. Whoever approves one need not
/// repeat which endpoint it is of.
/// </summary>
/// <param name="owner">The type that it lies under.</param>
/// <param name="versions">Api-versions.</param>
internal abstract partial class EndpointConnectionType(string owner, ImmutableArray<string> versions) : ResourceType
{
    /// <summary>The last segment of the type.</summary>
    public const string Segment = "privateEndpointConnections";

    public override string Name { get; } = $"{owner}/{Segment}";

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => versions;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    /// <summary>The network that asks for a connection names it, by rules of its own.</summary>
    public override Regex NameRule => AnySegment();

    public override string NameRuleInWords => "1 to 160 characters";

    public override int CreatedStatus => StatusCodes.Status200OK;

    public override ObjectShape Body { get; } = Envelope.Proxy(
        Shape.Object(
            new Property("privateEndpoint", Shape.Object(new Property("id", Shape.IdOf()))),
            new Property("privateLinkServiceConnectionState", Shape.Object(
                new Property("status", Status),
                new Property("description", Shape.Text(1024)),
                new Property("actionsRequired", Shape.Text(1024)))).Required(),
            new Property("groupIds", Shape.List(Shape.Text(64))),
            new Property("provisioningState", Shape.Any()).ReadOnly()),
        new Property("location", Shape.Text(64)),
        new Property("tags", Envelope.TagMap),
        new Property("sku", Envelope.Sku),
        new Property("identity", Envelope.ManagedIdentity));

    /// <summary>PrivateEndpointServiceConnectionStatus.</summary>
    public static Shape Status => Shape.OneOf("Pending", "Approved", "Rejected", "Disconnected", "Timeout");

    public override ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (edit.Properties["privateEndpoint"] is null && edit.Before?.Properties["privateEndpoint"] is { } known)
        {
            edit.Properties["privateEndpoint"] = known.DeepClone();
        }

        return ValueTask.CompletedTask;
    }

    [GeneratedRegex("^[^/]{1,160}$")]
    private static partial Regex AnySegment();
}
