using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Server.Policies.Assignments;

namespace Atrium.Server.Policies;

/// <summary>The most tokens of an answer, and which assignment says so.</summary>
/// <param name="Assignment">For the one who is refused.</param>
/// <param name="Most">1 or more.</param>
internal sealed record TokenLimit(PolicyAssignment Assignment, int Most);

/// <summary>Limits that policies set on calls. Pure.</summary>
internal static class PolicyLimits
{
    public static int? Whole(JsonNode? value) => int.TryParse(value?.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
