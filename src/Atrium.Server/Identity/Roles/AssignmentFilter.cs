using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Roles;

/// <summary>
/// The published <c>$filter</c> of role assignments: <c>atScope()</c> leaves out what lies below the scope, <c>principalId eq '..'</c> is that principal's own,
/// <c>assignedTo('..')</c> also what his groups have.
/// </summary>
internal sealed partial record AssignmentFilter(bool AtScope, string? PrincipalId, string? AssignedTo)
{
    public static AssignmentFilter Read(string? text)
    {
        var filter = new AssignmentFilter(false, null, null);
        foreach (var term in string.IsNullOrWhiteSpace(text) ? [] : And().Split(text.Trim()))
        {
            filter = term.Trim().Equals("atScope()", StringComparison.OrdinalIgnoreCase) ? filter with { AtScope = true }
                : Principal().Match(term) is { Success: true } principal ? filter with { PrincipalId = principal.Groups["id"].Value }
                : Assigned().Match(term) is { Success: true } assigned ? filter with { AssignedTo = assigned.Groups["id"].Value }
                : throw ApiException.Invalid("$filter", "'$filter' may be atScope(), principalId eq '{objectId}' or assignedTo('{objectId}'), joined by 'and'.", "BadRequestFormat");
        }

        return filter;
    }

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*principalId\s+eq\s+'(?<id>[^']*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Principal();

    [GeneratedRegex(@"^\s*assignedTo\(\s*'(?<id>[^']*)'\s*\)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
