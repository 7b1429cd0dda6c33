using System.Collections.Frozen;
using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Policies.Rules;

namespace Atrium.Server.Policies;

/// <summary>
/// What is defined and what is assigned, compiled and immutable. Assignments are found by their scope, so a write costs what is assigned above it and nothing for what
/// is assigned elsewhere.
/// </summary>
internal sealed class PolicyModel
{
    private static readonly ImmutableDictionary<string, PolicyDefinition> BuiltIn = BuiltInPolicies.All.ToImmutableDictionary(d => d.Id.Key);
    private readonly ImmutableDictionary<string, PolicyDefinition> definitions;
    private readonly ImmutableDictionary<string, PolicyAssignment> assignments;
    private readonly ImmutableDictionary<string, ImmutableDictionary<string, PolicyAssignment>> byScope;
    private readonly Lazy<FrozenDictionary<string, TokenLimit>> tokenLimits;

    private PolicyModel(
        ImmutableDictionary<string, PolicyDefinition> definitions,
        ImmutableDictionary<string, PolicyAssignment> assignments,
        ImmutableDictionary<string, ImmutableDictionary<string, PolicyAssignment>> byScope)
    {
        (this.definitions, this.assignments, this.byScope) = (definitions, assignments, byScope);
        tokenLimits = new(() => assignments.Values.Select(LimitOf).OfType<TokenLimit>().ToFrozenDictionary(limit => limit.Assignment.Id.Key));
    }

    public static PolicyModel Empty { get; } = new(
        BuiltIn, ImmutableDictionary<string, PolicyAssignment>.Empty, ImmutableDictionary<string, ImmutableDictionary<string, PolicyAssignment>>.Empty);

    public IEnumerable<PolicyDefinition> Definitions => definitions.Values;

    public IEnumerable<PolicyAssignment> Assignments => assignments.Values;

    /// <summary>Whether any is in force on answers of the gateway, which asks at every call.</summary>
    public bool HasTokenLimits => tokenLimits.Value.Count > 0;

    public bool HasAssignments => !assignments.IsEmpty;

    public PolicyDefinition? FindDefinition(ResourceId id) => definitions.GetValueOrDefault(id.Key);

    public PolicyModel With(PolicyDefinition definition) => new(definitions.SetItem(definition.Id.Key, definition), assignments, byScope);

    public PolicyModel WithoutDefinition(string key) => BuiltIn.ContainsKey(key) ? this : new(definitions.Remove(key), assignments, byScope);

    public PolicyModel With(PolicyAssignment assignment) =>
        new(definitions, assignments.SetItem(assignment.Id.Key, assignment), byScope.SetItem(assignment.Scope.Key, At(assignment.Scope).SetItem(assignment.Id.Key, assignment)));

    public PolicyModel WithoutAssignment(string key) => assignments.TryGetValue(key, out var known)
        ? new(definitions, assignments.Remove(key), At(known.Scope).Remove(key) is { IsEmpty: false } rest ? byScope.SetItem(known.Scope.Key, rest) : byScope.Remove(known.Scope.Key))
        : this;

    /// <summary>The assignments that reach a place, in the order of their ids.</summary>
    public IEnumerable<PolicyAssignment> Reaching(PolicyPlace place) => place.Id.SelfAndAncestors().Concat(place.Hubs).DistinctBy(scope => scope.Key)
        .SelectMany(scope => At(scope).Values)
        .Where(assignment => assignment.Reaches(place))
        .OrderBy(assignment => assignment.Id.Key, StringComparer.Ordinal);

    /// <summary>The limits that answers have at a place.</summary>
    public IEnumerable<TokenLimit> LimitsOn(PolicyPlace place) => Reaching(place).Select(assignment => tokenLimits.Value.GetValueOrDefault(assignment.Id.Key)).OfType<TokenLimit>();

    /// <summary>What each policy that looks at a resource says of it, in the order of the assignments' ids.</summary>
    public IEnumerable<PolicyVerdict> Judge(PolicyTarget target, PolicyPlace place)
    {
        foreach (var assignment in Reaching(place))
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

    private ImmutableDictionary<string, PolicyAssignment> At(ResourceId scope) => byScope.GetValueOrDefault(scope.Key, ImmutableDictionary<string, PolicyAssignment>.Empty);

    private TokenLimit? LimitOf(PolicyAssignment assignment)
    {
        if (!assignment.IsEnforced || FindDefinition(assignment.DefinitionId) is not { Mode: PolicyDefinition.Gateway } definition)
        {
            return null;
        }

        var values = definition.Values(assignment.Parameters);
        return PolicyEffects.Read(values.GetValueOrDefault("effect")) is PolicyEffect.Deny && PolicyLimits.Whole(values.GetValueOrDefault("maxTokens")) is { } most
            ? new(assignment, most)
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
