using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Resources;

/// <summary>The usual bodies of resources (common-types TrackedResource and ProxyResource).</summary>
internal static class Envelope
{
    public static readonly Property[] ServiceFields =
    [
        new Property("id", Shape.Any()).ReadOnly(),
        new Property("name", Shape.Any()).ReadOnly(),
        new Property("type", Shape.Any()).ReadOnly(),
        new Property("etag", Shape.Any()).ReadOnly(),
        new Property("systemData", Shape.Any()).ReadOnly(),
        new Property(Resource.InternalName, Shape.Any()).ReadOnly(),
    ];

    public static readonly Shape TagMap = Shape.Map(Shape.Text(256), max: 50);

    public static readonly Shape Sku = Shape.Object(
        new Property("name", Shape.Text(64)).Required(),
        new Property("tier", Shape.Text(64)),
        new Property("size", Shape.Text(64)),
        new Property("family", Shape.Text(64)),
        new Property("capacity", Shape.Number(0, int.MaxValue)));

    public static readonly Shape ManagedIdentity = Shape.Object(
        new Property("type", Shape.OneOf("None", "SystemAssigned", "UserAssigned", "SystemAssigned,UserAssigned", "SystemAssigned, UserAssigned")).Required(),
        new Property("principalId", Shape.Any()).ReadOnly(),
        new Property("tenantId", Shape.Any()).ReadOnly(),
        new Property("userAssignedIdentities", Shape.Map(Shape.Any())));

    /// <summary>A resource with a location and tags.</summary>
    public static ObjectShape Tracked(ObjectShape properties, params Property[] more) => new(
    [
        .. ServiceFields,
        new Property("location", Shape.Text(64, min: 1)).Required().Immutable(),
        new Property("tags", TagMap),
        .. more,
        new Property("properties", properties),
    ]);

    /// <summary>A resource that has only properties.</summary>
    public static ObjectShape Proxy(ObjectShape properties, params Property[] more) =>
        new([.. ServiceFields, .. more, new Property("properties", properties).Required()]);
}
