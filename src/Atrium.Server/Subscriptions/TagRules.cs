using System.Text.Json.Nodes;

namespace Atrium.Server.Subscriptions;

/// <summary>What becomes of a set of tags (Microsoft.Resources, Tags_UpdateAtScope). Names compare without case. Pure.</summary>
internal static class TagRules
{
    public const string Replace = "Replace";
    public const string Merge = "Merge";
    public const string Delete = "Delete";

    /// <summary>A deletion names tags, or tags with the value that they must have.</summary>
    public static JsonObject Apply(JsonObject before, string operation, JsonObject change)
    {
        var after = operation == Replace ? [] : before.DeepClone().AsObject();
        foreach (var (name, value) in change)
        {
            var known = after.Select(t => t.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
            if (operation != Delete)
            {
                after[known] = value?.DeepClone();
            }
            else if ((string?)value is null or "" || (string?)value == (string?)after[known])
            {
                after.Remove(known);
            }
        }

        return after;
    }

    /// <summary>The merge patch from one set to the other: what is not there any more is nulled.</summary>
    public static JsonObject PatchOf(JsonObject before, JsonObject after)
    {
        var patch = after.DeepClone().AsObject();
        foreach (var gone in before.Select(t => t.Key).Where(name => !after.ContainsKey(name)))
        {
            patch[gone] = null;
        }

        return patch;
    }
}
