using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles.Denials;

/// <summary>What a deny assignment must be. Pure.</summary>
internal static class DenyRules
{
    private static readonly string[] Denying = ["actions", "dataActions"];

    public static IEnumerable<Problem> Check(JsonObject properties, ConditionVocabulary vocabulary) =>
    [
        .. Principals(properties, "principals"),
        .. Principals(properties, "excludePrincipals"),
        .. Permissions(properties, vocabulary),
        .. AssignmentRules.CheckCondition(properties, "properties", vocabulary),
    ];

    /// <summary>It must not take from its maker the right to take it away: nobody else may have it.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static void CheckRemovable(DenyAssignment denial, ImmutableArray<string> maker, DateTimeOffset now)
    {
        const string delete = $"{DenyAssignment.TypeName}/delete";
        if (denial.Reaches(denial.Id) && denial.IsFor(maker) && denial.Denies(new(delete, AccessAttributes.None, now), isData: false))
        {
            throw ApiException.BadRequest(
                "DenyAssignmentWouldLockOut",
                $"This would deny you '{delete}' at '{denial.Scope}' too, so that you could not take it away again. Put your object id into 'properties.excludePrincipals', or '{DenyAssignment.TypeName}/*' into 'notActions'.",
                "properties.excludePrincipals");
        }
    }

    private static IEnumerable<Problem> Principals(JsonObject properties, string list)
    {
        var items = properties[list] as JsonArray ?? [];
        if (list == "principals" && items.Count == 0)
        {
            yield return new("properties.principals", $"'properties.principals' needs at least one entry: {{\"id\":\"<object id>\",\"type\":\"User\"}}, or {{\"id\":\"{DenyAssignment.Everybody}\",\"type\":\"{DenyAssignment.SystemDefined}\"}} for everybody.", ProblemCodes.Required);
        }

        for (var i = 0; i < items.Count; i++)
        {
            var at = $"properties.{list}[{i}]";
            var (id, type) = ((string?)items[i]?["id"], (string?)items[i]?["type"]);
            if (!Guid.TryParseExact(id, "D", out var guid))
            {
                yield return new($"{at}.id", $"'{at}.id' must be the object id (a GUID) of a user, a group or a service principal.");
            }
            else if (guid == Guid.Empty && (type != DenyAssignment.SystemDefined || list != "principals"))
            {
                yield return new($"{at}.id", $"'{at}.id' is the id of everybody: it may stand in 'properties.principals' only, with the type {DenyAssignment.SystemDefined}.");
            }
            else if (guid != Guid.Empty && type == DenyAssignment.SystemDefined)
            {
                yield return new($"{at}.type", $"'{at}.type' may be {DenyAssignment.SystemDefined} for the id {DenyAssignment.Everybody} only, which is everybody. Use User, Group or ServicePrincipal.");
            }
        }
    }

    private static IEnumerable<Problem> Permissions(JsonObject properties, ConditionVocabulary vocabulary)
    {
        var items = properties["permissions"] as JsonArray ?? [];
        if (items.Count == 0)
        {
            yield return new("properties.permissions", "'properties.permissions' needs at least one entry.", ProblemCodes.Required);
        }

        for (var i = 0; i < items.Count; i++)
        {
            var at = $"properties.permissions[{i}]";
            if (items[i] is not JsonObject permission || !Denying.Any(name => permission[name] is JsonArray { Count: > 0 }))
            {
                yield return new(at, $"'{at}' denies nothing: it needs 'actions' or 'dataActions'.", ProblemCodes.Required);
                continue;
            }

            foreach (var problem in AssignmentRules.CheckCondition(permission, at, vocabulary))
            {
                yield return problem;
            }
        }
    }
}
