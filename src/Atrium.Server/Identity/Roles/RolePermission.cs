using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Atrium.Server.Identity.Roles;

/// <summary>One entry of a role's <c>permissions</c>. What it takes away holds for this entry only: another entry or role may give it.</summary>
internal sealed class RolePermission
{
    public required ImmutableArray<ActionPattern> Actions { get; init; }

    public required ImmutableArray<ActionPattern> NotActions { get; init; }

    public required ImmutableArray<ActionPattern> DataActions { get; init; }

    public required ImmutableArray<ActionPattern> NotDataActions { get; init; }

    public bool Allows(string action) => Any(Actions, action) && !Any(NotActions, action);

    public bool AllowsData(string dataAction) => Any(DataActions, dataAction) && !Any(NotDataActions, dataAction);

    /// <summary>
    /// What is left of another permission when this one is taken from it: all but what this one names, and where this one's <c>not</c> lists leave something out,
    /// that once more, as far as one pattern of the two covers the other.
    /// </summary>
    public IEnumerable<RolePermission> TakenFrom(RolePermission given)
    {
        yield return new()
        {
            Actions = given.Actions,
            NotActions = [.. given.NotActions.Concat(Actions).DistinctBy(p => p.Text)],
            DataActions = given.DataActions,
            NotDataActions = [.. given.NotDataActions.Concat(DataActions).DistinctBy(p => p.Text)],
        };
        var (actions, dataActions) = (Common(given.Actions, NotActions), Common(given.DataActions, NotDataActions));
        if (actions.Length + dataActions.Length > 0)
        {
            yield return new() { Actions = actions, NotActions = given.NotActions, DataActions = dataActions, NotDataActions = given.NotDataActions };
        }
    }

    public static RolePermission Read(JsonNode? json) => new()
    {
        Actions = Patterns(json?["actions"]),
        NotActions = Patterns(json?["notActions"]),
        DataActions = Patterns(json?["dataActions"]),
        NotDataActions = Patterns(json?["notDataActions"]),
    };

    public JsonObject ToJson() => new()
    {
        ["actions"] = Texts(Actions),
        ["notActions"] = Texts(NotActions),
        ["dataActions"] = Texts(DataActions),
        ["notDataActions"] = Texts(NotDataActions),
    };

    private static bool Any(ImmutableArray<ActionPattern> patterns, string action)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(action))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<ActionPattern> Common(ImmutableArray<ActionPattern> left, ImmutableArray<ActionPattern> right) =>
    [
        .. from l in left
           from r in right
           where l.Matches(r.Text) || r.Matches(l.Text)
           select l.Matches(r.Text) ? r : l,
    ];

    private static ImmutableArray<ActionPattern> Patterns(JsonNode? list) =>
        list is JsonArray array ? [.. array.Select(item => new ActionPattern((string?)item ?? ""))] : [];

    private static JsonArray Texts(ImmutableArray<ActionPattern> patterns) => new([.. patterns.Select(p => (JsonNode)p.Text)]);
}
