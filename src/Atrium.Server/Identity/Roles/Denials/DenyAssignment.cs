using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles.Denials;

/// <summary>What some principals may not do at a scope, whatever roles give them there.</summary>
internal sealed record DenyAssignment
{
    public const string TypeName = "Microsoft.Authorization/denyAssignments";

    /// <summary>The published id of everybody, of the type <see cref="SystemDefined"/>.</summary>
    public const string Everybody = "00000000-0000-0000-0000-000000000000";

    public const string SystemDefined = "SystemDefined";

    public required ResourceId Id { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>Whether it holds at its scope only and not below.</summary>
    public required bool IsOfScopeOnly { get; init; }

    /// <summary>Object ids, <see cref="Everybody"/> among them perhaps.</summary>
    public required FrozenSet<string> Principals { get; init; }

    /// <summary>Object ids of those who go free, also as members of a group.</summary>
    public required FrozenSet<string> Excluded { get; init; }

    public required ImmutableArray<DenyPermission> Permissions { get; init; }

    public RoleCondition? Condition { get; init; }

    public ResourceId Scope => Id.Parent!;

    public bool Reaches(ResourceId scope) => IsOfScopeOnly ? Scope == scope : Scope.Contains(scope);

    public bool IsFor(ImmutableArray<string> principals) =>
        (Principals.Contains(Everybody) || principals.Any(Principals.Contains)) && !principals.Any(Excluded.Contains);

    /// <summary>
    /// Whether it denies the action, at whatever scope it reaches. A condition that cannot be answered for the call does not let it pass: what denies is not
    /// undone by a caller of whom too little is known.
    /// </summary>
    public bool Denies(ConditionContext context, bool isData)
    {
        foreach (var permission in Permissions)
        {
            if (permission.Covers(context, isData))
            {
                return Condition?.MayHold(context) != false;
            }
        }

        return false;
    }

    /// <summary>What is left of a permission, in the form of permissions: without what is denied, and again with what the denial itself leaves out.</summary>
    public IEnumerable<RolePermission> Less(RolePermission given) => Permissions.Aggregate((IEnumerable<RolePermission>)[given], (left, denied) => left.SelectMany(denied.Patterns.TakenFrom));

    public static DenyAssignment Read(Resource resource) => new()
    {
        Id = resource.Id,
        DisplayName = (string?)resource.Properties["denyAssignmentName"] ?? resource.Id.Name,
        IsOfScopeOnly = (bool?)resource.Properties["doNotApplyToChildScopes"] ?? false,
        Principals = Ids(resource.Properties["principals"]),
        Excluded = Ids(resource.Properties["excludePrincipals"]),
        Permissions = [.. (resource.Properties["permissions"] as JsonArray ?? []).Select(DenyPermission.Read)],
        Condition = DenyPermission.ConditionOf(resource.Properties),
    };

    private static FrozenSet<string> Ids(JsonNode? list) =>
        (list as JsonArray ?? []).Select(p => (string?)p?["id"] ?? "").ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One entry of <c>permissions</c>: what it names, less what its <c>not</c> lists name, as far as its own condition holds.</summary>
/// <param name="Patterns">The actions and data actions.</param>
/// <param name="Condition">Null for none.</param>
internal sealed record DenyPermission(RolePermission Patterns, RoleCondition? Condition)
{
    public bool Covers(ConditionContext context, bool isData) =>
        (isData ? Patterns.AllowsData(context.Action) : Patterns.Allows(context.Action)) && Condition?.MayHold(context) != false;

    public static DenyPermission Read(JsonNode? json) => new(RolePermission.Read(json), ConditionOf(json));

    public static RoleCondition? ConditionOf(JsonNode? json) => (string?)json?["condition"] is { Length: > 0 } text ? RoleCondition.Parse(text) : null;
}
