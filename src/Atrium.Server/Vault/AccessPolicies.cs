using System.Text.Json.Nodes;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Vault;

/// <summary>The access policies of a vault: who may do what with its keys, secrets and certificates. Pure.</summary>
internal static class AccessPolicies
{
    public const string Add = "add";
    public const string Replace = "replace";
    public const string Remove = "remove";

    private const int MostPerVault = 1024;
    private static readonly string[] Kinds = ["keys", "secrets", "certificates", "storage"];

    public static Shape Shape { get; } = Shape.List(
        Shape.Object(
            new Property("tenantId", Shape.Text(64, min: 1)).Required(),
            new Property("objectId", Shape.Text(64, min: 1)).Required(),
            new Property("applicationId", Shape.Text(64)),
            new Property("permissions", Shape.Object([.. Kinds.Select(kind => new Property(kind, Shape.List(Shape.Text(32, min: 1))))])).Required()),
        MostPerVault);

    /// <summary>
    /// The policies after a change. <c>add</c> gives each identity named what it did not have yet, <c>replace</c> puts its policy in place of the old one,
    /// <c>remove</c> takes away what is named, and the policy with the last permission. Other identities keep theirs.
    /// </summary>
    public static JsonArray Apply(JsonArray before, string operation, JsonArray change)
    {
        var after = before.OfType<JsonObject>().Select(policy => policy.DeepClone().AsObject()).ToList();
        foreach (var named in change.OfType<JsonObject>())
        {
            var known = after.Find(policy => IsSame(policy, named));
            if (known is null && operation != Remove)
            {
                after.Add(named.DeepClone().AsObject());
            }
            else if (known is not null)
            {
                var permissions = operation is Replace ? named["permissions"]!.DeepClone().AsObject() : Combine(Of(known), Of(named), operation is Add);
                known["permissions"] = permissions;
                if (permissions.Count == 0)
                {
                    after.Remove(known);
                }
            }
        }

        return [.. after];
    }

    private static JsonObject Combine(JsonObject had, JsonObject named, bool adds)
    {
        var result = new JsonObject();
        foreach (var kind in Kinds)
        {
            var (old, change) = (Words(had[kind]), Words(named[kind]));
            var words = (adds ? old.Union(change, StringComparer.OrdinalIgnoreCase) : old.Except(change, StringComparer.OrdinalIgnoreCase)).ToList();
            if (words.Count > 0)
            {
                result[kind] = new JsonArray([.. words.Select(word => (JsonNode)word)]);
            }
        }

        return result;
    }

    /// <summary>A policy is that of an identity, or of an identity through an application.</summary>
    private static bool IsSame(JsonObject one, JsonObject other) =>
        Array.TrueForAll(["tenantId", "objectId", "applicationId"], name => string.Equals((string?)one[name], (string?)other[name], StringComparison.OrdinalIgnoreCase));

    private static JsonObject Of(JsonObject policy) => policy["permissions"] as JsonObject ?? [];

    private static IEnumerable<string> Words(JsonNode? list) => (list as JsonArray ?? []).Select(word => (string)word!);
}
