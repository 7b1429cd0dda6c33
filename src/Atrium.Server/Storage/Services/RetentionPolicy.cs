using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Storage.Services;

/// <summary>How long what was deleted can be had back, as the resource API writes it. Pure.</summary>
internal static class RetentionPolicy
{
    private const int LongestDays = 365;

    public static Shape Shape { get; } = Shape.Object(new Property("enabled", Shape.Flag()), new Property("days", Shape.Number(1, LongestDays)), new Property("allowPermanentDelete", Shape.Flag()));

    /// <summary>The days that a policy says, 0 where it is off; null where it was not sent.</summary>
    /// <param name="properties">Of the service, as they were sent.</param>
    /// <param name="name">Of the policy.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static int? Read(JsonObject properties, string name, ICollection<Problem> problems)
    {
        if (properties[name] is not JsonObject policy)
        {
            return null;
        }

        if (policy["enabled"]?.GetValue<bool>() is not true)
        {
            return 0;
        }

        if (policy["days"]?.GetValue<long>() is { } days)
        {
            return (int)days;
        }

        problems.Add(new($"properties.{name}.days", $"A policy that is on needs its days, 1 to {LongestDays}."));
        return null;
    }

    public static JsonObject Write(int days) => days == 0 ? new() { ["enabled"] = false } : new() { ["enabled"] = true, ["days"] = days };
}
