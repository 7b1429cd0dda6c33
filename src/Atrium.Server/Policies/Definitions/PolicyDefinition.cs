using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Policies.Rules;

namespace Atrium.Server.Policies.Definitions;

/// <summary>A policy definition, compiled.</summary>
internal sealed record PolicyDefinition
{
    public const string TypeName = "Microsoft.Authorization/policyDefinitions";
    public const string BuiltIn = "BuiltIn";
    public const string Custom = "Custom";

    /// <summary>Only types that have a location and tags are judged.</summary>
    public const string Indexed = "Indexed";

    public const string All = "All";

    /// <summary>Calls of the data plane are judged, and no resources.</summary>
    public const string Gateway = "Atrium.Gateway.Data";

    public required ResourceId Id { get; init; }

    public required bool IsBuiltIn { get; init; }

    public required string Mode { get; init; }

    public required IReadOnlyList<PolicyParameter> Parameters { get; init; }

    /// <summary>The published properties, as they are shown.</summary>
    public required JsonObject Properties { get; init; }

    /// <summary>Null for a mode that judges no resources.</summary>
    public required PolicyRule? Rule { get; init; }

    public string DisplayName => (string?)Properties["displayName"] ?? Id.Name;

    public string Category => (string?)Properties["metadata"]?["category"] ?? "";

    /// <summary>Reads one that was checked when it was written.</summary>
    public static PolicyDefinition Read(ResourceId id, JsonObject properties, bool isBuiltIn)
    {
        var parameters = PolicyParameter.ReadAll(properties["parameters"]);
        var mode = (string?)properties["mode"] ?? All;
        return new()
        {
            Id = id,
            IsBuiltIn = isBuiltIn,
            Mode = mode,
            Parameters = parameters,
            Properties = properties,
            Rule = mode == Gateway ? null : new PolicyRuleReader([.. parameters.Select(p => p.Name)], _ => true, []).Read(properties["policyRule"], "properties.policyRule"),
        };
    }

    /// <summary>The values in force: those of the assignment, and the defaults of the others.</summary>
    /// <param name="given">The assignment's <c>parameters</c>: each with a <c>value</c>.</param>
    public IReadOnlyDictionary<string, JsonNode?> Values(JsonObject given) => Parameters.ToDictionary(
        p => p.Name,
        p => given.FirstOrDefault(g => g.Key.Equals(p.Name, StringComparison.OrdinalIgnoreCase)).Value?["value"] ?? p.Default,
        StringComparer.OrdinalIgnoreCase);
}
