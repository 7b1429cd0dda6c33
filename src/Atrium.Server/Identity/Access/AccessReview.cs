using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Identity.Roles.Denials;

namespace Atrium.Server.Identity.Access;

/// <summary>What one principal may do at a scope, and why.</summary>
/// <param name="PrincipalId">Its object id.</param>
/// <param name="Given">What roles give it there, itself or through a group.</param>
/// <param name="Denied">What deny assignments take from it there.</param>
/// <param name="IsConditional">Whether it depends on the call: on a condition that is not decided without one.</param>
internal sealed record AccessReview(string PrincipalId, ImmutableArray<AccessGrant> Given, ImmutableArray<AccessDenial> Denied, bool IsConditional)
{
    /// <summary>Everybody who may do something at the scope, members of groups by themselves, in the order of their ids. Pure.</summary>
    public static IEnumerable<AccessReview> At(ResourceId scope, RoleModel roles, PrincipalModel directory, AccessQuestion question) => roles.Assignments
        .Where(a => a.Scope.Contains(scope))
        .SelectMany(a => directory.Find(a.PrincipalId) is { IsGroup: true } group ? group.Members.Prepend(a.PrincipalId) : [a.PrincipalId])
        .Where(id => question.PrincipalId?.Equals(id, StringComparison.OrdinalIgnoreCase) != false)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Order(StringComparer.Ordinal)
        .Select(id => Of(id, scope, roles, directory, question))
        .OfType<AccessReview>();

    private static AccessReview? Of(string principal, ResourceId scope, RoleModel roles, PrincipalModel directory, AccessQuestion question)
    {
        var ids = directory.IdsOf(principal);
        ImmutableArray<AccessGrant> given =
        [
            .. from id in ids
               from assignment in roles.AssignmentsOf(id)
               where assignment.Scope.Contains(scope)
               let role = roles.FindRole(assignment.RoleName)
               where role is not null && question.IsGivenBy(role, assignment.Condition)
               select new AccessGrant(assignment, role, id == principal ? null : id),
        ];
        ImmutableArray<AccessDenial> denied =
        [
            .. from denial in roles.Denials
               where denial.Reaches(scope) && denial.IsFor(ids) && question.IsTakenBy(denial)
               select new AccessDenial(denial, denial.Principals.Contains(principal) ? null : ids.FirstOrDefault(denial.Principals.Contains) ?? DenyAssignment.Everybody),
        ];
        return given.IsEmpty || denied.Any(d => question.IsSurelyTakenBy(d.Denial))
            ? null
            : new(principal, given, denied, !given.Any(g => question.Holds(g.Assignment.Condition)) || (question.Action is not null && !denied.IsEmpty));
    }
}

/// <summary>A role that reaches the scope.</summary>
/// <param name="Assignment">Where it comes from.</param>
/// <param name="Role">What it gives.</param>
/// <param name="Through">Object id of the group that has it; null for the principal's own.</param>
internal sealed record AccessGrant(RoleAssignment Assignment, Role Role, string? Through);

/// <summary>A deny assignment that reaches the scope.</summary>
/// <param name="Denial">What it takes.</param>
/// <param name="Through">Object id of the group that it names, or that of everybody; null where it names the principal.</param>
internal sealed record AccessDenial(DenyAssignment Denial, string? Through);

/// <summary>What is asked: of whom, and of which action.</summary>
/// <param name="PrincipalId">Only this one; null for everybody.</param>
/// <param name="Action">Only who may do this; null for whatever anybody may do.</param>
/// <param name="IsData">Whether it is a data action.</param>
/// <param name="Now">For conditions on the time.</param>
internal sealed record AccessQuestion(string? PrincipalId, string? Action, bool IsData, DateTimeOffset Now)
{
    private ConditionContext Context => new(Action ?? "", Resources.AccessAttributes.None, Now);

    public bool IsGivenBy(Role role, RoleCondition? condition) =>
        Action is null || ((IsData ? role.AllowsData(Action) : role.Allows(Action)) && condition?.MayHold(Context) != false);

    public bool IsTakenBy(DenyAssignment denial) => Action is null || denial.Denies(Context, IsData);

    /// <summary>Whatever the call is.</summary>
    public bool IsSurelyTakenBy(DenyAssignment denial) =>
        Action is not null && denial.Condition is null && denial.Permissions.Any(p => p.Condition is null && p.Covers(Context, IsData));

    /// <summary>Whether the condition holds whatever the call is, as far as the question tells.</summary>
    public bool Holds(RoleCondition? condition) => condition is null || (Action is not null && condition.SurelyHolds(Context));
}
