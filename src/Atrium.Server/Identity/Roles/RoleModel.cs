using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>
/// Who may do what: roles and assignments, compiled and immutable. A change makes a new model that shares what did not change.
/// Rights add up over assignments and groups; what no assignment gives is denied, and what a deny assignment takes no role gives back.
/// </summary>
internal sealed class RoleModel
{
    /// <summary>Into how many a permission may be split to show what denials leave of it: each that leaves something out doubles them. The first is all but what is denied.</summary>
    private const int MostLeftOfOne = 20;

    private static readonly ImmutableDictionary<string, RoleAssignment> NoAssignments = ImmutableDictionary.Create<string, RoleAssignment>(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableDictionary<string, Role> roles;
    private readonly ImmutableDictionary<string, RoleAssignment> assignments;
    private readonly ImmutableDictionary<string, Holdings> byPrincipal;
    private readonly ImmutableDictionary<string, DenyAssignment> denials;
    private readonly ScopeIndex<DenyAssignment> denialsByScope;

    private RoleModel(
        ImmutableDictionary<string, Role> roles,
        ImmutableDictionary<string, RoleAssignment> assignments,
        ImmutableDictionary<string, Holdings> byPrincipal,
        ImmutableDictionary<string, DenyAssignment> denials,
        ScopeIndex<DenyAssignment> denialsByScope)
    {
        this.roles = roles;
        this.assignments = assignments;
        this.byPrincipal = byPrincipal;
        this.denials = denials;
        this.denialsByScope = denialsByScope;
    }

    /// <summary>The built-in roles, assigned to nobody.</summary>
    public static RoleModel Empty { get; } = new(
        BuiltInRoles.All.ToImmutableDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase),
        NoAssignments,
        ImmutableDictionary.Create<string, Holdings>(StringComparer.OrdinalIgnoreCase),
        ImmutableDictionary.Create<string, DenyAssignment>(StringComparer.OrdinalIgnoreCase),
        ScopeIndex<DenyAssignment>.Empty);

    public IEnumerable<Role> Roles => roles.Values;

    public IEnumerable<RoleAssignment> Assignments => assignments.Values;

    public IEnumerable<DenyAssignment> Denials => denials.Values;

    public Role? FindRole(string name) => roles.GetValueOrDefault(name);

    public RoleAssignment? FindAssignment(ResourceId id) => assignments.GetValueOrDefault(id.Key);

    public IEnumerable<RoleAssignment> AssignmentsOf(string principalId) => byPrincipal.GetValueOrDefault(principalId, Holdings.None).All.Values;

    public RoleModel With(Role role) => new(roles.SetItem(role.Name, role), assignments, byPrincipal, denials, denialsByScope);

    /// <summary>Without a custom role. Its assignments stay and give nothing.</summary>
    public RoleModel WithoutRole(ResourceId id) =>
        roles.TryGetValue(id.Name, out var role) && role.Id == id && !role.IsBuiltIn ? new(roles.Remove(id.Name), assignments, byPrincipal, denials, denialsByScope) : this;

    public RoleModel With(RoleAssignment assignment)
    {
        var rest = WithoutAssignment(assignment.Id.Key);
        var mine = rest.byPrincipal.GetValueOrDefault(assignment.PrincipalId, Holdings.None);
        return new(
            rest.roles,
            rest.assignments.SetItem(assignment.Id.Key, assignment),
            rest.byPrincipal.SetItem(assignment.PrincipalId, mine.With(assignment)),
            denials,
            denialsByScope);
    }

    public RoleModel WithoutAssignment(string key)
    {
        if (!assignments.TryGetValue(key, out var known))
        {
            return this;
        }

        var mine = byPrincipal[known.PrincipalId].Without(known);
        return new(roles, assignments.Remove(key), mine.All.IsEmpty ? byPrincipal.Remove(known.PrincipalId) : byPrincipal.SetItem(known.PrincipalId, mine), denials, denialsByScope);
    }

    public RoleModel With(DenyAssignment denial) =>
        new(roles, assignments, byPrincipal, denials.SetItem(denial.Id.Key, denial), denialsByScope.With(denial.Scope, denial.Id.Key, denial));

    public RoleModel WithoutDenial(string key) =>
        denials.TryGetValue(key, out var known) ? new(roles, assignments, byPrincipal, denials.Remove(key), denialsByScope.Without(known.Scope, key)) : this;

    public bool Allows(ImmutableArray<string> principals, ConditionContext context, ResourceId scope) =>
        IsGiven(principals, context, scope) && !IsDenied(principals, context, scope, isData: false);

    public bool AllowsData(ImmutableArray<string> principals, ConditionContext context, ResourceId scope) =>
        Find(principals, scope, context, isData: true) && !IsDenied(principals, context, scope, isData: true);

    /// <summary>Whether a deny assignment takes the action from the principals there.</summary>
    public bool IsDenied(ImmutableArray<string> principals, ConditionContext context, ResourceId scope, bool isData)
    {
        foreach (var denial in denialsByScope.Above(scope))
        {
            if (denial.Reaches(scope) && denial.IsFor(principals) && denial.Denies(context, isData))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The highest scopes at or under <paramref name="below"/> where the action is allowed, each once, none inside another, less what is denied in them.</summary>
    public AllowedScopes ScopesAllowing(ImmutableArray<string> principals, ConditionContext context, ResourceId below)
    {
        var given = ScopesGiving(principals, context, below);
        var denying = denials.Values.Where(d => d.IsFor(principals) && d.Denies(context, isData: false)).ToList();
        return denying.Count == 0
            ? new(given)
            : new([.. given.Where(scope => !denying.Any(d => !d.IsOfScopeOnly && d.Scope.Contains(scope)))], id => denying.Any(d => d.Reaches(id)));
    }

    private IReadOnlyList<ResourceId> ScopesGiving(ImmutableArray<string> principals, ConditionContext context, ResourceId below)
    {
        if (IsGiven(principals, context, below))
        {
            return [below];
        }

        var toSubscription = IsReadOfSubscription(context.Action);
        var found = principals
            .SelectMany(AssignmentsOf)
            .Where(a => below.Contains(a.Scope) && FindRole(a.RoleName) is { } role && (toSubscription || (role.Allows(context.Action) && a.Reaches(a.Scope, context))))
            .Select(a => toSubscription ? a.Scope.Subscription ?? a.Scope : a.Scope)
            .Distinct()
            .OrderBy(s => s.Key.Length)
            .ToList();
        return [.. found.Where((scope, index) => !found.Take(index).Any(higher => higher.Contains(scope)))];
    }

    /// <summary>All permissions that the principals have at a scope, less what is denied there.</summary>
    public IEnumerable<RolePermission> PermissionsAt(ImmutableArray<string> principals, ResourceId scope)
    {
        var denied = denialsByScope.Above(scope).Where(d => d.Reaches(scope) && d.IsFor(principals)).ToList();
        return principals
            .SelectMany(id => byPrincipal.GetValueOrDefault(id, Holdings.None).ByScope.Above(scope))
            .Select(a => FindRole(a.RoleName))
            .OfType<Role>()
            .Distinct()
            .SelectMany(r => r.Permissions)
            .SelectMany(p => denied.Aggregate((IEnumerable<RolePermission>)[p], (left, d) => left.SelectMany(d.Less)).Take(MostLeftOfOne));
    }

    private bool IsGiven(ImmutableArray<string> principals, ConditionContext context, ResourceId scope) =>
        Find(principals, scope, context, isData: false) || (IsReadOfSubscription(context.Action) && HasRoleIn(principals, scope));

    /// <summary>Whoever has any role in a subscription may see the subscription itself, as in the published service: clients begin there.</summary>
    private static bool IsReadOfSubscription(string action) => action.Equals("Microsoft.Resources/subscriptions/read", StringComparison.OrdinalIgnoreCase);

    private bool HasRoleIn(ImmutableArray<string> principals, ResourceId scope) =>
        scope.Type == ResourceId.SubscriptionType && principals.SelectMany(AssignmentsOf).Any(a => scope.Contains(a.Scope) && FindRole(a.RoleName) is not null);

    private bool Find(ImmutableArray<string> principals, ResourceId scope, ConditionContext context, bool isData)
    {
        foreach (var principal in principals)
        {
            if (!byPrincipal.TryGetValue(principal, out var mine))
            {
                continue;
            }

            foreach (var assignment in mine.ByScope.Above(scope))
            {
                if (roles.TryGetValue(assignment.RoleName, out var role)
                    && (isData ? role.AllowsData(context.Action) : role.Allows(context.Action)) && assignment.Reaches(scope, context))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What is assigned to one principal: all of it, and by scope, for it may be a role on each of a thousand secrets.</summary>
    private sealed record Holdings(ImmutableDictionary<string, RoleAssignment> All, ScopeIndex<RoleAssignment> ByScope)
    {
        public static Holdings None { get; } = new(NoAssignments, ScopeIndex<RoleAssignment>.Empty);

        public Holdings With(RoleAssignment assignment) => new(All.SetItem(assignment.Id.Key, assignment), ByScope.With(assignment.Scope, assignment.Id.Key, assignment));

        public Holdings Without(RoleAssignment assignment) => new(All.Remove(assignment.Id.Key), ByScope.Without(assignment.Scope, assignment.Id.Key));
    }
}
