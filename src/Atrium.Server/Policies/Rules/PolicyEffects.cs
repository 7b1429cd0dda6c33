using System.Text.Json.Nodes;

namespace Atrium.Server.Policies.Rules;

/// <summary>What is done about a resource that a policy does not allow.</summary>
internal enum PolicyEffect
{
    /// <summary>Nothing, and it is not looked at.</summary>
    Disabled,

    /// <summary>It is written, and noted.</summary>
    Audit,

    /// <summary>It is not written.</summary>
    Deny,
}

/// <summary>Effects by their published names. Others (modify, deployIfNotExists, ...) are refused where they are written.</summary>
internal static class PolicyEffects
{
    public const string InWords = "Deny, Audit or Disabled";

    public static bool IsKnown(JsonNode? name) => Read(name) is not null;

    public static PolicyEffect? Read(JsonNode? name) => Enum.TryParse<PolicyEffect>(name?.ToString(), ignoreCase: true, out var effect) && Enum.IsDefined(effect) && !char.IsAsciiDigit(name!.ToString()[0]) ? effect : null;
}
