using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Policies.Rules;
using Atrium.Server.Resources;

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
    private readonly ScopeIndex<PolicyAssignment> byScope;
    private readonly Lazy<FrozenDictionary<string, TokenLimit>> tokenLimits;

    /// <summary>By the keys of assignments, as they are asked about first.</summary>
    private readonly ConcurrentDictionary<string, PolicyInForce?> inForce = new(StringComparer.Ordinal);

    private PolicyModel(
        ImmutableDictionary<string, PolicyDefinition> definitions,
        ImmutableDictionary<string, PolicyAssignment> assignments,
        ScopeIndex<PolicyAssignment> byScope)
    {
        (this.definitions, this.assignments, this.byScope) = (definitions, assignments, byScope);
        tokenLimits = new(() => assignments.Values.Select(LimitOf).OfType<TokenLimit>().ToFrozenDictionary(limit => limit.Assignment.Id.Key));
    }

    public static PolicyModel Empty { get; } = new(
        BuiltIn, ImmutableDictionary<string, PolicyAssignment>.Empty, ScopeIndex<PolicyAssignment>.Empty);

    public IEnumerable<PolicyDefinition> Definitions => definitions.Values;

    public IEnumerable<PolicyAssignment> Assignments => assignments.Values;

    /// <summary>Whether any is in force on answers of the gateway, which asks at every call.</summary>
    public bool HasTokenLimits => tokenLimits.Value.Count > 0;

    public bool HasAssignments => !assignments.IsEmpty;

    public PolicyDefinition? FindDefinition(ResourceId id) => definitions.GetValueOrDefault(id.Key);

    public PolicyModel With(PolicyDefinition definition) => new(definitions.SetItem(definition.Id.Key, definition), assignments, byScope);

    public PolicyModel WithoutDefinition(string key) => BuiltIn.ContainsKey(key) ? this : new(definitions.Remove(key), assignments, byScope);

    public PolicyModel With(PolicyAssignment assignment) =>
        new(definitions, assignments.SetItem(assignment.Id.Key, assignment), byScope.With(assignment.Scope, assignment.Id.Key, assignment));

    public PolicyModel WithoutAssignment(string key) => assignments.TryGetValue(key, out var known)
        ? new(definitions, assignments.Remove(key), byScope.Without(known.Scope, key))
        : this;

    /// <summary>The assignments that reach a place, in the order of their ids.</summary>
    public IEnumerable<PolicyAssignment> Reaching(PolicyPlace place) => Above(place).OrderBy(assignment => assignment.Id.Key, StringComparer.Ordinal);

    /// <summary>The limits that answers have at a place.</summary>
    public IEnumerable<TokenLimit> LimitsOn(PolicyPlace place) => Reaching(place).Select(assignment => tokenLimits.Value.GetValueOrDefault(assignment.Id.Key)).OfType<TokenLimit>();

    /// <summary>Those that a resource violates, in the order of the assignments' ids. A policy whose rule asks for other types costs next to nothing.</summary>
    public IEnumerable<PolicyVerdict> Violated(PolicyTarget target, PolicyPlace place) => Above(place)
        .Select(InForce)
        .Where(policy => policy?.Rule.MayConcern(target.Type) == true && policy.LooksAt(target))
        .Select(policy => policy!.Judge(target))
        .Where(verdict => verdict.IsViolated)
        .OrderBy(verdict => verdict.Assignment.Id.Key, StringComparer.Ordinal);

    /// <summary>What each policy that looks at a resource says of it, in the order of the assignments' ids.</summary>
    public IEnumerable<PolicyVerdict> Judge(PolicyTarget target, PolicyPlace place) =>
        Reaching(place).Select(InForce).Where(policy => policy?.LooksAt(target) == true).Select(policy => policy!.Judge(target));

    private IEnumerable<PolicyAssignment> Above(PolicyPlace place) => place.Id.SelfAndAncestors().Concat(place.Hubs).DistinctBy(scope => scope.Key).SelectMany(byScope.At).Where(assignment => assignment.Reaches(place));

    private PolicyInForce? InForce(PolicyAssignment assignment) => inForce.GetOrAdd(assignment.Id.Key, static (_, asked) => asked.Model.Compile(asked.Assignment), (Model: this, Assignment: assignment));

    private PolicyInForce? Compile(PolicyAssignment assignment)
    {
        if (FindDefinition(assignment.DefinitionId) is not { Rule: { } rule } definition)
        {
            return null;
        }

        var values = definition.Values(assignment.Parameters);
        return PolicyEffects.Read(rule.Effect.Resolve(values)) is { } effect and not PolicyEffect.Disabled ? new(assignment, definition, rule, effect, values) : null;
    }

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

/// <summary>An assignment with its definition and the values that it gives, as far as it judges resources at all.</summary>
internal sealed record PolicyInForce(PolicyAssignment Assignment, PolicyDefinition Definition, PolicyRule Rule, PolicyEffect Effect, IReadOnlyDictionary<string, JsonNode?> Values)
{
    public bool LooksAt(PolicyTarget target) => Definition.Mode != PolicyDefinition.Indexed || target.IsIndexed;

    public PolicyVerdict Judge(PolicyTarget target)
    {
        var facts = new PolicyFacts(target, Values);
        return new(Assignment, Definition, Effect, Rule.If.Holds(facts), facts);
    }
}

/// <summary>What one policy says of one resource.</summary>
/// <param name="Assignment">Which one.</param>
/// <param name="Definition">Its definition.</param>
/// <param name="Effect">Deny or audit.</param>
/// <param name="IsViolated">Whether the condition of the rule holds, which is what must not be.</param>
/// <param name="Facts">What was compared.</param>
internal sealed record PolicyVerdict(PolicyAssignment Assignment, PolicyDefinition Definition, PolicyEffect Effect, bool IsViolated, PolicyFacts Facts)
{
    /// <summary>In the published form of <c>evaluatedExpressions</c>.</summary>
    public IReadOnlyList<JsonObject> Expressions => Facts.Expressions;
}
