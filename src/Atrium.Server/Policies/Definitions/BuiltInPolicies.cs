using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Policies.Definitions;

/// <summary>The built-in definitions (BuiltInPolicies.json): those that Azure publishes keep their ids; those of AI hubs have ids of our own.</summary>
internal static class BuiltInPolicies
{
    /// <summary>The most tokens of an answer, which the gateway obeys.</summary>
    public const string AnswerTokens = "a7d10000-0005-4a00-8a00-a7c1b0000005";

    public static ImmutableArray<PolicyDefinition> All { get; } = Load();

    public static ResourceId IdOf(string name) => ResourceId.Tenant.Resource(PolicyDefinition.TypeName, name);

    private static ImmutableArray<PolicyDefinition> Load()
    {
        using var file = typeof(BuiltInPolicies).Assembly.GetManifestResourceStream("BuiltInPolicies.json")!;
        return [.. JsonNode.Parse(file)!.AsArray().Select(json => PolicyDefinition.Read(IdOf((string)json!["name"]!), json["properties"]!.AsObject(), isBuiltIn: true))];
    }
}
