using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Policies.Rules;

namespace Atrium.Server.Policies.Assignments;

/// <summary>What an assignment must be. Pure.</summary>
internal static class PolicyAssignmentRules
{
    public static IEnumerable<Problem> Check(ResourceId id, JsonObject properties)
    {
        foreach (var name in (string[])["resourceSelectors", "overrides"])
        {
            if (properties[name] is JsonArray { Count: > 0 })
            {
                yield return new($"properties.{name}", $"'properties.{name}' is not evaluated here. Leave it out, and narrow the assignment by its scope and by 'properties.notScopes'.");
            }
        }

        var scopes = properties["notScopes"] as JsonArray ?? [];
        for (var i = 0; i < scopes.Count; i++)
        {
            if (ResourceId.TryParse((string?)scopes[i], out var excluded, out _) && excluded == id.Parent)
            {
                yield return new($"properties.notScopes[{i}]", $"'properties.notScopes[{i}]' is the scope of the assignment itself, which would leave nothing.");
            }
        }
    }

    /// <summary>What is wrong with the parameters that a definition is given.</summary>
    public static IEnumerable<Problem> CheckParameters(PolicyDefinition definition, JsonObject given)
    {
        var known = definition.Parameters.Count == 0 ? "none" : string.Join(", ", definition.Parameters.Select(p => $"{p.Name} ({p.Type})"));
        foreach (var (name, value) in given)
        {
            var path = $"properties.parameters.{name}";
            if (definition.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } parameter)
            {
                yield return new(path, $"The policy '{definition.DisplayName}' has no parameter '{name}'. It has {known}.", "UndefinedPolicyParameter");
            }
            else if (value is not JsonObject holder || !holder.ContainsKey("value"))
            {
                yield return new(path, $"'{path}' must be an object with a 'value'.", "InvalidPolicyParameters");
            }
            else
            {
                foreach (var problem in parameter.Check(holder["value"], $"{path}.value"))
                {
                    yield return problem;
                }
            }
        }

        foreach (var missing in definition.Parameters.Where(p => p.Default is null && !given.Any(g => g.Key.Equals(p.Name, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new($"properties.parameters.{missing.Name}.value", $"The policy '{definition.DisplayName}' needs the parameter '{missing.Name}' ({missing.Type}).", "MissingPolicyParameter");
        }
    }

    /// <summary>What only the values show: an effect that is not known here, a name of a field that is none, a limit that is no limit.</summary>
    public static IEnumerable<Problem> CheckValues(PolicyDefinition definition, IReadOnlyDictionary<string, JsonNode?> values)
    {
        if (definition.Rule is { } rule && !PolicyEffects.IsKnown(rule.Effect.Resolve(values)))
        {
            var name = rule.Effect.Names.FirstOrDefault();
            yield return new(name is null ? "properties.policyDefinitionId" : $"properties.parameters.{name}.value", $"The effect would be '{rule.Effect.Resolve(values)}'; here it may be {PolicyEffects.InWords}.", "PolicyParameterValueNotAllowed");
        }

        if (definition.Id == BuiltInPolicies.IdOf(BuiltInPolicies.AnswerTokens) && !(PolicyLimits.Whole(values.GetValueOrDefault("maxTokens")) >= 1))
        {
            yield return new("properties.parameters.maxTokens.value", $"'properties.parameters.maxTokens.value' must be 1 to {int.MaxValue}.", "PolicyParameterValueNotAllowed");
        }

        if (values.TryGetValue("tagName", out var tag) && definition.IsBuiltIn && tag?.ToString() is not { Length: > 0 and <= 512 })
        {
            yield return new("properties.parameters.tagName.value", "'properties.parameters.tagName.value' must be the name of a tag: 1 to 512 characters.", "PolicyParameterValueNotAllowed");
        }
    }
}
