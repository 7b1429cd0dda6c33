using System.Text.Json.Nodes;

namespace Atrium.Server.Policies.Rules;

/// <summary>The <c>if</c> of a rule, compiled. Pure.</summary>
internal abstract record PolicyCondition
{
    /// <param name="facts">What is judged, with which parameters; learns what was compared.</param>
    public abstract bool Holds(PolicyFacts facts);

    internal sealed record All(IReadOnlyList<PolicyCondition> Parts) : PolicyCondition
    {
        public override bool Holds(PolicyFacts facts) => Parts.All(p => p.Holds(facts));
    }

    internal sealed record Any(IReadOnlyList<PolicyCondition> Parts) : PolicyCondition
    {
        public override bool Holds(PolicyFacts facts) => Parts.Any(p => p.Holds(facts));
    }

    internal sealed record Not(PolicyCondition Inner) : PolicyCondition
    {
        public override bool Holds(PolicyFacts facts) => !Inner.Holds(facts);
    }

    /// <summary>A field, or a value, compared.</summary>
    internal sealed record Compared(PolicyValue Left, bool IsField, string Operator, PolicyValue Right) : PolicyCondition
    {
        public override bool Holds(PolicyFacts facts)
        {
            var (left, wanted) = (Left.Resolve(facts.Parameters), Right.Resolve(facts.Parameters));
            var compare = PolicyOperators.Find(Operator)!;
            var found = IsField ? PolicyField.Read(left?.ToString() ?? "", facts.Target).ToList() : [left];
            var holds = found.All(value => compare(value, wanted));
            facts.Add(IsField ? "Field" : "Value", left?.ToString() ?? "", found.Count == 1 ? found[0] : new JsonArray([.. found.Select(f => f?.DeepClone())]), Operator, wanted, holds);
            return holds;
        }
    }
}

/// <summary>What a rule is asked about, and what it compared on the way.</summary>
internal sealed class PolicyFacts(PolicyTarget target, IReadOnlyDictionary<string, JsonNode?> parameters)
{
    private const int MostExpressions = 50;
    private readonly List<JsonObject> expressions = [];

    public PolicyTarget Target => target;

    public IReadOnlyDictionary<string, JsonNode?> Parameters => parameters;

    /// <summary>In the published form of <c>evaluatedExpressions</c>.</summary>
    public IReadOnlyList<JsonObject> Expressions => expressions;

    public void Add(string kind, string expression, JsonNode? found, string compared, JsonNode? wanted, bool holds)
    {
        if (expressions.Count < MostExpressions)
        {
            expressions.Add(new()
            {
                ["result"] = holds ? "True" : "False",
                ["expressionKind"] = kind,
                ["expression"] = expression,
                ["path"] = expression[(expression.LastIndexOf('/') + 1)..],
                ["expressionValue"] = found?.DeepClone(),
                ["targetValue"] = wanted?.DeepClone(),
                ["operator"] = compared,
            });
        }
    }
}
