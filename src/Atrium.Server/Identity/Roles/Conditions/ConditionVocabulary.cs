using System.Collections.Immutable;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>All that conditions can ask here. What nobody answers would silently give nothing, so it is refused in words.</summary>
internal sealed class ConditionVocabulary(IEnumerable<ConditionAttributes> told)
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;
    private const string UtcNow = "UtcNow";
    private readonly ImmutableArray<ConditionAttributes> told = [.. told];

    /// <summary>What the condition asks that cannot be answered, each with what can.</summary>
    public IEnumerable<string> Unanswerable(RoleCondition condition)
    {
        foreach (var attribute in condition.Attributes.Distinct())
        {
            if (Lacks(attribute) is { } why)
            {
                yield return why;
            }
        }

        var known = told.SelectMany(t => t.SubOperations).ToList();
        foreach (var name in condition.SubOperations.Except(known, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"No sub-operation '{name}' is told here; known are {string.Join(", ", known)}.";
        }
    }

    private string? Lacks(ConditionAttribute attribute) => attribute.Source switch
    {
        ConditionSource.Principal => $"'@Principal[{attribute.Name}]' cannot be answered: custom security attributes of identities are not kept here. Assign the role to a group instead.",
        ConditionSource.Environment => attribute.Name.Equals(UtcNow, NoCase) ? null : $"'@Environment[{attribute.Name}]' cannot be answered; known is {UtcNow}.",
        ConditionSource.Resource => Lacks(attribute, t => t.Resource),
        _ => Lacks(attribute, t => t.Request),
    };

    private string? Lacks(ConditionAttribute attribute, Func<ConditionAttributes, ImmutableArray<string>> names)
    {
        var known = told.SelectMany(t => names(t)).ToList();
        return known.Any(name => name.EndsWith(':') ? attribute.Name.StartsWith(name, NoCase) && attribute.Name.Length > name.Length : attribute.Name.Equals(name, NoCase))
            ? null
            : $"'@{attribute.Source}[{attribute.Name}]' cannot be answered: no call tells it. Known are {string.Join(", ", known.Select(name => name.EndsWith(':') ? name + "{name}" : name))}.";
    }
}
