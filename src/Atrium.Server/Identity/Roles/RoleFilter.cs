using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Roles;

/// <summary>The published <c>$filter</c> of role definitions: <c>roleName eq '..'</c>, <c>type eq '..'</c>, <c>atScopeAndBelow()</c>.</summary>
internal sealed partial record RoleFilter(string? RoleName, string? Type)
{
    public static RoleFilter Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new(null, null);
        }

        string? name = null;
        string? type = null;
        foreach (var term in And().Split(text.Trim()))
        {
            if (Comparison().Match(term) is { Success: true } match)
            {
                var value = match.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal);
                (name, type) = match.Groups["field"].Value.Equals("type", StringComparison.OrdinalIgnoreCase) ? (name, value) : (value, type);
            }
            else if (!term.Trim().Equals("atScopeAndBelow()", StringComparison.OrdinalIgnoreCase))
            {
                throw ApiException.Invalid("$filter", "'$filter' may be roleName eq '{name}', type eq 'BuiltInRole' or 'CustomRole', or atScopeAndBelow(), joined by 'and'.", "BadRequestFormat");
            }
        }

        return new(name, type);
    }

    public bool Matches(Role role) =>
        (RoleName is null || role.DisplayName.Equals(RoleName, StringComparison.OrdinalIgnoreCase))
        && (Type is null || (role.IsBuiltIn ? Role.BuiltIn : Role.Custom).Equals(Type, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*(?<field>roleName|type)\s+eq\s+'(?<value>([^']|'')*)'\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();
}
