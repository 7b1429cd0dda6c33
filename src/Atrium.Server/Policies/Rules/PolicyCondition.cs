using System.Text.Json.Nodes;

namespace Atrium.Server.Policies.Rules;

/// <summary>The <c>if</c> of a rule, compiled. Pure.</summary>
internal abstract record PolicyCondition
{
    /// <param name="facts">What is judged, with which parameters; learns what was compared.</param>
    public abstract bool Holds(PolicyFacts facts);

    /// <summary>The types of resources for which it can hold, as far as the text of the rule says so; null for any.</summary>
    public virtual IReadOnlyList<string>? Types => null;

    internal sealed record All(IReadOnlyList<PolicyCondition> Parts) : PolicyCondition
    {
        public override IReadOnlyList<string>? Types => Parts.Select(p => p.Types).FirstOrDefault(types => types is not null);

        public override bool Holds(PolicyFacts facts) => Parts.All(p => p.Holds(facts));
    }

    internal sealed record Any(IReadOnlyList<PolicyCondition> Parts) : PolicyCondition
    {
        public override IReadOnlyList<string>? Types => Parts.All(p => p.Types is not null) ? [.. Parts.SelectMany(p => p.Types!)] : null;

        public override bool Holds(PolicyFacts facts) => Parts.Any(p => p.Holds(facts));
    }

    internal sealed record Not(PolicyCondition Inner) : PolicyCondition
    {
        public override bool Holds(PolicyFacts facts) => !Inner.Holds(facts);
    }

    /// <summary>A field, or a value, compared.</summary>
    internal sealed record Compared(PolicyValue Left, bool IsField, string Operator, PolicyValue Right) : PolicyCondition
    {
        public override IReadOnlyList<string>? Types =>
            IsField && Left is PolicyValue.Literal { Node: JsonValue asked } && "type".Equals(asked.ToString(), StringComparison.OrdinalIgnoreCase) && Right is PolicyValue.Literal wanted
                ? Operator.ToUpperInvariant() switch
                {
                    "EQUALS" => [wanted.Node?.ToString() ?? ""],
                    "IN" when wanted.Node is JsonArray list => [.. list.Select(type => type?.ToString() ?? "")],
                    _ => null,
                }
                : null;

        private readonly Func<JsonNode?, JsonNode?, bool> compare = PolicyOperators.Find(Operator)!;

        /// <summary>Null where only the parameters tell which field it is.</summary>
        private readonly Func<PolicyTarget, IReadOnlyList<JsonNode?>>? field = IsField && Left is PolicyValue.Literal { Node: var name } ? PolicyField.Of(name?.ToString() ?? "") : null;

        public override bool Holds(PolicyFacts facts)
        {
            var (left, wanted) = (Left.Resolve(facts.Parameters), Right.Resolve(facts.Parameters));
            var found = !IsField ? [left] : (field ?? PolicyField.Of(left?.ToString() ?? ""))(facts.Target);
            var holds = found.All(value => compare(value, wanted));
            facts.Add(new(IsField ? "Field" : "Value", left, found, Operator, wanted, holds));
            return holds;
        }
    }
}

/// <summary>What a rule is asked about, and what it compared on the way.</summary>
internal sealed class PolicyFacts(PolicyTarget target, IReadOnlyDictionary<string, JsonNode?> parameters)
{
    private const int MostExpressions = 50;
    private readonly List<Comparison> comparisons = [];

    public PolicyTarget Target => target;

    public IReadOnlyDictionary<string, JsonNode?> Parameters => parameters;

    /// <summary>In the published form of <c>evaluatedExpressions</c>.</summary>
    public IReadOnlyList<JsonObject> Expressions => [.. comparisons.Select(comparison => comparison.ToJson())];

    public void Add(Comparison comparison)
    {
        if (comparisons.Count < MostExpressions)
        {
            comparisons.Add(comparison);
        }
    }

    /// <summary>What was compared; written out only for whom it is shown, who are few.</summary>
    internal sealed record Comparison(string Kind, JsonNode? Expression, IReadOnlyList<JsonNode?> Found, string Operator, JsonNode? Wanted, bool Holds)
    {
        public JsonObject ToJson()
        {
            var expression = Expression?.ToString() ?? "";
            return new()
            {
                ["result"] = Holds ? "True" : "False",
                ["expressionKind"] = Kind,
                ["expression"] = expression,
                ["path"] = expression[(expression.LastIndexOf('/') + 1)..],
                ["expressionValue"] = Found.Count == 1 ? Found[0]?.DeepClone() : new JsonArray([.. Found.Select(f => f?.DeepClone())]),
                ["targetValue"] = Wanted?.DeepClone(),
                ["operator"] = Operator,
            };
        }
    }
}
