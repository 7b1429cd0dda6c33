using System.Text.RegularExpressions;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies.Compliance;

/// <summary>The <c>$filter</c> of states: equalities of the published fields, joined by <c>and</c>.</summary>
internal sealed partial record ComplianceFilter(IReadOnlyList<(string Field, string Value)> Terms)
{
    private static readonly Dictionary<string, Func<Resource, PolicyVerdict, string>> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["complianceState"] = (_, v) => v.IsViolated ? "NonCompliant" : "Compliant",
        ["isCompliant"] = (_, v) => v.IsViolated ? "false" : "true",
        ["resourceId"] = (r, _) => r.Id.Text,
        ["resourceType"] = (r, _) => r.Id.Type,
        ["resourceGroup"] = (r, _) => r.Id.ResourceGroup?.Name ?? "",
        ["policyAssignmentId"] = (_, v) => v.Assignment.Id.Text,
        ["policyAssignmentName"] = (_, v) => v.Assignment.Id.Name,
        ["policyDefinitionId"] = (_, v) => v.Definition.Id.Text,
        ["policyDefinitionName"] = (_, v) => v.Definition.Id.Name,
        ["policyDefinitionAction"] = (_, v) => v.Effect.ToString(),
    };

    public static ComplianceFilter Read(string? text)
    {
        var terms = new List<(string, string)>();
        foreach (var term in string.IsNullOrWhiteSpace(text) ? [] : And().Split(text.Trim()))
        {
            terms.Add(Term().Match(term) is { Success: true } match && Fields.ContainsKey(match.Groups["field"].Value)
                ? (match.Groups["field"].Value, match.Groups["value"].Value.Trim('\'').Replace("''", "'", StringComparison.Ordinal))
                : throw ApiException.Invalid("$filter", $"'$filter' may be equalities such as complianceState eq 'NonCompliant', joined by 'and', of {string.Join(", ", Fields.Keys)}.", "BadRequestFormat"));
        }

        return new(terms);
    }

    public bool Fits(Resource resource, PolicyVerdict verdict) => Terms.All(t => Fields[t.Field](resource, verdict).Equals(t.Value, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*(?<field>[A-Za-z]+)\s+eq\s+(?<value>'([^']|'')*'|true|false)\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Term();
}
