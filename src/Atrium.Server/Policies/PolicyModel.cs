using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Policies.Rules;

namespace Atrium.Server.Policies;

/// <summary>What is defined and what is assigned, compiled and immutable.</summary>
internal sealed class PolicyModel
{
    private static readonly ImmutableDictionary<string, PolicyDefinition> BuiltIn = BuiltInPolicies.All.ToImmutableDictionary(d => d.Id.Key);
    private readonly ImmutableDictionary<string, PolicyDefinition> definitions;
    private readonly ImmutableDictionary<string, PolicyAssignment> assignments;

    private PolicyModel(ImmutableDictionary<string, PolicyDefinition> definitions, ImmutableDictionary<string, PolicyAssignment> assignments)
    {
        this.definitions = definitions;
        this.assignments = assignments;
        TokenLimits = [.. assignments.Values.Select(LimitOf).OfType<TokenLimit>()];
    }

    public static PolicyModel Empty { get; } = new(BuiltIn, ImmutableDictionary<string, PolicyAssignment>.Empty);

    public IEnumerable<PolicyDefinition> Definitions => definitions.Values;

    public IEnumerable<PolicyAssignment> Assignments => assignments.Values;

    /// <summary>Those in force on answers of the gateway, which asks at every call.</summary>
    public ImmutableArray<TokenLimit> TokenLimits { get; }

    public bool HasAssignments => !assignments.IsEmpty;

    public PolicyDefinition? FindDefinition(ResourceId id) => definitions.GetValueOrDefault(id.Key);

    public PolicyModel With(PolicyDefinition definition) => new(definitions.SetItem(definition.Id.Key, definition), assignments);

    public PolicyModel WithoutDefinition(string key) => BuiltIn.ContainsKey(key) ? this : new(definitions.Remove(key), assignments);

    public PolicyModel With(PolicyAssignment assignment) => new(definitions, assignments.SetItem(assignment.Id.Key, assignment));

    public PolicyModel WithoutAssignment(string key) => new(definitions, assignments.Remove(key));

    /// <summary>What each policy that looks at a resource says of it, in the order of the assignments' ids.</summary>
    public IEnumerable<PolicyVerdict> Judge(PolicyTarget target, PolicyPlace place)
    {
        foreach (var assignment in assignments.Values.Where(a => a.Reaches(place)).OrderBy(a => a.Id.Key, StringComparer.Ordinal))
        {
            if (FindDefinition(assignment.DefinitionId) is not { Rule: { } rule } definition || (definition.Mode == PolicyDefinition.Indexed && !target.IsIndexed))
            {
                continue;
            }

            var values = definition.Values(assignment.Parameters);
            if (PolicyEffects.Read(rule.Effect.Resolve(values)) is { } effect and not PolicyEffect.Disabled)
            {
                var facts = new PolicyFacts(target, values);
                yield return new(assignment, definition, effect, rule.If.Holds(facts), facts.Expressions);
            }
        }
    }

    private TokenLimit? LimitOf(PolicyAssignment assignment)
    {
        if (!assignment.IsEnforced || FindDefinition(assignment.DefinitionId) is not { Mode: PolicyDefinition.Gateway } definition)
        {
            return null;
        }

        var values = definition.Values(assignment.Parameters);
        return PolicyEffects.Read(values.GetValueOrDefault("effect")) is PolicyEffect.Deny && PolicyLimits.Whole(values.GetValueOrDefault("maxTokens")) is { } most
            ? new(assignment.Scope, assignment, most)
            : null;
    }
}

/// <summary>What one policy says of one resource.</summary>
/// <param name="Assignment">Which one.</param>
/// <param name="Definition">Its definition.</param>
/// <param name="Effect">Deny or audit.</param>
/// <param name="IsViolated">Whether the condition of the rule holds, which is what must not be.</param>
/// <param name="Expressions">What was compared, as it is published.</param>
internal sealed record PolicyVerdict(
    PolicyAssignment Assignment, PolicyDefinition Definition, PolicyEffect Effect, bool IsViolated, IReadOnlyList<System.Text.Json.Nodes.JsonObject> Expressions);
