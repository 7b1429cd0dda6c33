using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Roles.Denials;

/// <summary>The published <c>$filter</c> of deny assignments.</summary>
/// <param name="AtScope">Leaves out what lies below the scope.</param>
/// <param name="Name">Those with this display name.</param>
/// <param name="PrincipalId">Those that name this principal.</param>
/// <param name="AssignedTo">Those that hit this principal, itself or through a group.</param>
/// <param name="NamedId">Those that name this principal, to deny or to exclude it.</param>
internal sealed partial record DenyFilter(bool AtScope, string? Name, string? PrincipalId, string? AssignedTo, string? NamedId)
{
    public static DenyFilter Read(string? text)
    {
        var filter = new DenyFilter(false, null, null, null, null);
        foreach (var term in string.IsNullOrWhiteSpace(text) ? [] : And().Split(text.Trim()))
        {
            filter = Term().Match(term) is not { Success: true } match ? throw Unknown()
                : match.Groups["word"].Value.ToUpperInvariant() switch
                {
                    "ATSCOPE" => filter with { AtScope = true },
                    "ASSIGNEDTO" => filter with { AssignedTo = match.Groups["id"].Value },
                    "DENYASSIGNMENTNAME" => filter with { Name = match.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal) },
                    "PRINCIPALID" => filter with { PrincipalId = match.Groups["value"].Value },
                    _ => filter with { NamedId = match.Groups["value"].Value },
                };
        }

        return filter;
    }

    /// <param name="denial">One of those that are shown.</param>
    /// <param name="holders">The principal of <see cref="AssignedTo"/> and its groups.</param>
    public bool Fits(DenyAssignment denial, System.Collections.Immutable.ImmutableArray<string> holders) =>
        (Name is null || Name.Equals(denial.DisplayName, StringComparison.OrdinalIgnoreCase))
        && (PrincipalId is null || denial.Principals.Contains(PrincipalId))
        && (NamedId is null || denial.Principals.Contains(NamedId) || denial.Excluded.Contains(NamedId))
        && (AssignedTo is null || denial.IsFor(holders));

    private static ApiException Unknown() => ApiException.Invalid(
        "$filter",
        "'$filter' may be atScope(), denyAssignmentName eq '{name}', principalId eq '{objectId}', gdprExportPrincipalId eq '{objectId}' or assignedTo('{objectId}'), joined by 'and'.",
        "BadRequestFormat");

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(
        @"^\s*((?<word>atScope)\(\s*\)|(?<word>assignedTo)\(\s*'(?<id>[^']*)'\s*\)|(?<word>denyAssignmentName|principalId|gdprExportPrincipalId)\s+eq\s+'(?<value>([^']|'')*)')\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Term();
}
