using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Policies.Rules;

/// <summary>A policy rule, compiled: what is wrong (<c>if</c>), and what is done about it (<c>then</c>).</summary>
internal sealed record PolicyRule(PolicyCondition If, PolicyValue Effect)
{
    private readonly IReadOnlyList<string>? types = If.Types;

    /// <summary>False where the condition cannot hold for a resource of the type, whatever else is true of it.</summary>
    public bool MayConcern(string type) => types is null || types.Contains(type, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Reads policy rules. Whatever cannot be evaluated here is refused with its place, never left out. Pure.</summary>
internal sealed class PolicyRuleReader(IReadOnlyCollection<string> parameters, Func<string, bool> isType, ICollection<Problem> problems)
{
    private const string Code = "InvalidPolicyRule";
    private const int MostDepth = 20;
    private const int MostParts = 300;
    private int parts;

    /// <summary>Null where it cannot be read at all; the problems say why.</summary>
    public PolicyRule? Read(JsonNode? rule, string path)
    {
        if (rule is not JsonObject { Count: > 0 } whole || whole["if"] is not JsonObject condition || (whole["then"] as JsonObject)?["effect"] is not { } effect)
        {
            problems.Add(new(path, $"'{path}' needs an 'if' with a condition and a 'then' with an 'effect'.", Code));
            return null;
        }

        var read = Condition(condition, $"{path}.if", 0);
        var value = Value(effect, $"{path}.then.effect");
        if (value is PolicyValue.Literal { Node: var literal } && !PolicyEffects.IsKnown(literal))
        {
            problems.Add(new($"{path}.then.effect", $"'{path}.then.effect' is '{literal}'; here it may be {PolicyEffects.InWords}.", Code));
        }

        return read is null || value is null ? null : new(read, value);
    }

    private PolicyCondition? Condition(JsonNode? node, string path, int depth)
    {
        if (node is not JsonObject condition || depth > MostDepth || ++parts > MostParts)
        {
            problems.Add(new(path, $"'{path}' must be a condition: an object, nested at most {MostDepth} deep, of at most {MostParts} in all.", Code));
            return null;
        }

        if (condition["allOf"] is { } all)
        {
            return List(all, $"{path}.allOf", depth) is { } list ? new PolicyCondition.All(list) : null;
        }

        if (condition["anyOf"] is { } any)
        {
            return List(any, $"{path}.anyOf", depth) is { } list ? new PolicyCondition.Any(list) : null;
        }

        if (condition["not"] is { } not)
        {
            return Condition(not, $"{path}.not", depth + 1) is { } inner ? new PolicyCondition.Not(inner) : null;
        }

        return Compared(condition, path);
    }

    private List<PolicyCondition>? List(JsonNode node, string path, int depth)
    {
        if (node is not JsonArray { Count: > 0 } items)
        {
            problems.Add(new(path, $"'{path}' needs a list of conditions.", Code));
            return null;
        }

        var read = items.Select((item, i) => Condition(item, $"{path}[{i}]", depth + 1)).ToList();
        return read.Contains(null) ? null : [.. read.OfType<PolicyCondition>()];
    }

    private PolicyCondition.Compared? Compared(JsonObject condition, string path)
    {
        var isField = condition.ContainsKey("field");
        var left = condition["field"] ?? condition["value"];
        var operators = condition.Where(c => c.Key is not ("field" or "value")).ToList();
        if (left is null || operators.Count != 1 || PolicyOperators.Find(operators[0].Key) is null)
        {
            var found = string.Join(", ", condition.Select(c => $"'{c.Key}'"));
            problems.Add(new(path, $"'{path}' has {(found.Length == 0 ? "nothing" : found)}; it needs allOf, anyOf, not, or a 'field' or 'value' with one of {string.Join(", ", PolicyOperators.Names)}.", Code));
            return null;
        }

        var (name, compared) = (Value(left, isField ? $"{path}.field" : $"{path}.value"), Value(operators[0].Value, $"{path}.{operators[0].Key}"));
        if (isField && name is PolicyValue.Literal { Node: var literal } && PolicyField.Check(literal?.ToString() ?? "", isType) is { } wrong)
        {
            problems.Add(new($"{path}.field", $"In '{path}', {wrong}.", "InvalidPolicyAlias"));
        }

        return name is null || compared is null ? null : new(name, isField, operators[0].Key, compared);
    }

    private PolicyValue? Value(JsonNode? node, string path)
    {
        try
        {
            var value = PolicyValue.Read(node);
            foreach (var missing in value.Names.Except(parameters, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add(new(path, $"'{path}' names the parameter '{missing}', which the definition has not. It has {(parameters.Count == 0 ? "none" : string.Join(", ", parameters))}.", "UndefinedPolicyParameter"));
            }

            return value;
        }
        catch (PolicyRuleException wrong)
        {
            problems.Add(new(path, $"'{path}': {wrong.Message}", Code));
            return null;
        }
    }
}
