using Atrium.Contracts;
using Atrium.Server.Resources.Shapes;
using System.Text.Json.Nodes;

namespace Atrium.Server.Resources.Networks;

/// <summary>The network rules of a resource, in the form that the published types share (NetworkRuleSet).</summary>
internal static class NetworkAcls
{
    public static Shape Range { get; } = new AddressRangeShape();

    public static ObjectShape Shape { get; } = Shapes.Shape.Object(
        new Property("defaultAction", Shapes.Shape.OneOf("Allow", "Deny")),
        new Property("bypass", Shapes.Shape.Text(64)),
        new Property("ipRules", Shapes.Shape.List(Shapes.Shape.Object(
            new Property("value", Range).Required(),
            new Property("action", Shapes.Shape.OneOf("Allow"))))),
        new Property("virtualNetworkRules", Shapes.Shape.List(Shapes.Shape.Object(
            new Property("id", Shapes.Shape.IdOf()).Required(),
            new Property("action", Shapes.Shape.OneOf("Allow")),
            new Property("state", Shapes.Shape.Text(64)),
            new Property("ignoreMissingVnetServiceEndpoint", Shapes.Shape.Flag())))));

    private sealed record AddressRangeShape : Shape
    {
        public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems) =>
            value is JsonValue text && text.TryGetValue<string>(out var found) && AddressRange.TryParse(found, out _) ? (JsonNode)found : Wrong(problems, path, AddressRange.InWords, value);
    }
}
