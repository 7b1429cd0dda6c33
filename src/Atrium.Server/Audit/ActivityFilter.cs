using System.Globalization;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Audit;

/// <summary>
/// The published <c>$filter</c> of the activity log (Microsoft.Insights eventtypes/management/values, 2015-04-01): comparisons joined by <c>and</c>. Besides the
/// published names, <c>caller</c>, <c>operationName</c> and <c>status</c> may be compared. Pure.
/// </summary>
internal sealed partial record ActivityFilter
{
    private const string Known =
        "eventTimestamp ge|gt|le|lt '2026-01-31T12:00:00Z', and by eq: resourceGroupName, resourceUri, resourceProvider, correlationId, caller, operationName, status, levels, eventChannels";

    public DateTimeOffset? From { get; private init; }

    public DateTimeOffset? To { get; private init; }

    public string? ResourceGroup { get; private init; }

    /// <summary>That resource and what lies in it.</summary>
    public ResourceId? Resource { get; private init; }

    public string? Provider { get; private init; }

    public string? Correlation { get; private init; }

    public string? Caller { get; private init; }

    public string? Operation { get; private init; }

    public string? Status { get; private init; }

    /// <exception cref="ApiException">400: not a filter; every mistake is named.</exception>
    public static ActivityFilter Read(string? text)
    {
        var (filter, problems) = (new ActivityFilter(), new List<Problem>());
        foreach (var term in string.IsNullOrWhiteSpace(text) ? [] : And().Split(text.Trim()))
        {
            if (Comparison().Match(term) is not { Success: true } match)
            {
                problems.Add(new("$filter", $"'{term}' is no comparison that is known here. Known: {Known}."));
                continue;
            }

            var (name, comparison, value) = (match.Groups["name"].Value.ToLowerInvariant(), match.Groups["by"].Value.ToLowerInvariant(), match.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal));
            filter = filter.With(name, comparison, value, problems);
        }

        return problems.Count == 0 ? filter : throw ApiException.Invalid(problems);
    }

    /// <summary>Whether a row is meant. What the store has already looked for is looked at again.</summary>
    public bool Matches(ActivityRow row) =>
        (Resource is null || IsIn(row, Resource.Text))
        && (Provider is null || row.Operation.StartsWith($"{Provider}/", StringComparison.OrdinalIgnoreCase))
        && (ResourceGroup is null || row.ResourceId.Split('/') is [_, "subscriptions", _, var kind, var group, ..] && Same(kind, "resourceGroups") && Same(group, ResourceGroup))
        && (Correlation is null || Same(row.CorrelationId, Correlation))
        && (Caller is null || Same(row.Caller, Caller))
        && (Operation is null || Same(row.Operation, Operation))
        && (Status is null || Same(row.Status, Status));

    private ActivityFilter With(string name, string comparison, string value, List<Problem> problems)
    {
        switch (name, comparison)
        {
            case ("eventtimestamp", not "eq") when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                // Times are kept to the microsecond.
                return comparison switch
                {
                    "ge" => this with { From = time },
                    "gt" => this with { From = time.AddMicroseconds(1) },
                    "lt" => this with { To = time },
                    _ => this with { To = time.AddMicroseconds(1) },
                };
            case ("resourcegroupname", "eq"):
                return this with { ResourceGroup = value };
            case ("resourceuri" or "resourceid", "eq") when ResourceId.TryParse(value, out var id, out _):
                return this with { Resource = id };
            case ("resourceprovider", "eq"):
                return this with { Provider = value };
            case ("correlationid", "eq"):
                return this with { Correlation = value };
            case ("caller", "eq"):
                return this with { Caller = value };
            case ("operationname" or "operations", "eq"):
                return this with { Operation = value };
            case ("status", "eq"):
                return this with { Status = value };
            case ("levels" or "level" or "eventchannels", "eq"):
                // Every row is of both channels, and levels follow from the status.
                return this;
            default:
                problems.Add(new("$filter", $"'{name} {comparison} '{value}'' is not understood here. Known: {Known}."));
                return this;
        }
    }

    private static bool IsIn(ActivityRow row, string scope) =>
        row.ResourceId.StartsWith(scope, StringComparison.OrdinalIgnoreCase) && (row.ResourceId.Length == scope.Length || row.ResourceId[scope.Length] == '/');

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z]+)\s+(?<by>eq|ge|gt|le|lt)\s+'(?<value>(?:[^']|'')*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();
}
