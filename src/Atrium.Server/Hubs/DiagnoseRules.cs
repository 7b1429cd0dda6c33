using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>What a diagnosis says about the facts it found (DiagnoseResponseResult). Pure.</summary>
internal static class DiagnoseRules
{
    /// <summary>The parts of a diagnosis: how a request names each, and how the answer does.</summary>
    public static readonly (string Asked, string Answered)[] Parts =
    [
        ("udr", "userDefinedRouteResults"),
        ("nsg", "networkSecurityRuleResults"),
        ("resourceLock", "resourceLockResults"),
        ("dnsResolution", "dnsResolutionResults"),
        ("storageAccount", "storageAccountResults"),
        ("keyVault", "keyVaultResults"),
        ("containerRegistry", "containerRegistryResults"),
        ("applicationInsights", "applicationInsightsResults"),
        ("others", "otherResults"),
    ];

    /// <summary>The published answer: every part, those not asked for empty. Nothing asked for is all.</summary>
    public static JsonObject Answer(JsonObject? asked, IEnumerable<Finding> findings)
    {
        var byPart = findings.ToLookup(f => f.Part);
        var value = new JsonObject();
        foreach (var (name, answered) in Parts)
        {
            var wanted = asked is null || asked.Count == 0 || asked[name] is not null;
            value[answered] = new JsonArray([.. wanted ? byPart[name].Select(f => (JsonNode)f.ToJson()) : []]);
        }

        return new() { ["value"] = value };
    }

    /// <param name="part">The part of the diagnosis.</param>
    /// <param name="what">For people: the key vault, ...</param>
    /// <param name="id">The id that the workspace names; null for none.</param>
    /// <param name="state">What was found of it.</param>
    /// <param name="isRequired">Whether a workspace needs one.</param>
    /// <param name="isNetworkIsolated">Whether the workspace has a managed network to reach it by.</param>
    public static IEnumerable<Finding> OfDependent(string part, string what, string? id, DependentState state, bool isRequired, bool isNetworkIsolated)
    {
        if (id is null)
        {
            return isRequired ? [new(part, "Missing", FindingLevel.Error, $"The workspace has no {what}.")] : [];
        }

        return state switch
        {
            DependentState.NotHere => [new(part, "NotChecked", FindingLevel.Information, $"The {what} '{id}' is of a type that this installation does not keep, so it was not looked at.")],
            DependentState.NotFound => [new(part, "NotFound", FindingLevel.Error, $"The {what} '{id}' does not exist. Make it again under the same id.")],
            DependentState.Deleted => [new(part, "SoftDeleted", FindingLevel.Error, $"The {what} '{id}' is soft-deleted. Recover it.")],
            DependentState.Failed => [new(part, "ProvisioningFailed", FindingLevel.Error, $"The {what} '{id}' is there, but making it failed. Write it again.")],
            DependentState.Closed when !isNetworkIsolated =>
                [new(part, "PublicNetworkAccessDisabled", FindingLevel.Warning, $"The {what} '{id}' cannot be reached from the public network, and the workspace has no managed network to reach it by.")],
            _ => [],
        };
    }

    /// <param name="trouble">Why the customer-managed key cannot be used: a sentence; null where it can.</param>
    public static IEnumerable<Finding> OfKey(string? trouble)
    {
        if (trouble is not null)
        {
            yield return new("others", "CustomerManagedKeyUnusable", FindingLevel.Error, $"The customer-managed key cannot be used, so nothing that it encrypts can be read or written. {trouble}");
        }
    }

    public static IEnumerable<Finding> OfNetwork(JsonObject? network)
    {
        if (ManagedNetworkRules.Mode(network) != ManagedNetworkRules.Disabled && !ManagedNetworkRules.IsActive(network))
        {
            yield return new("others", "ManagedNetworkInactive", FindingLevel.Warning, "The managed network is not provisioned yet. POST provisionManagedNetwork makes it active.");
        }
    }

    public static Finding OfLock(string lockId, string level) =>
        new("resourceLock", "ResourceLocked", FindingLevel.Warning, $"The lock '{lockId}' ({level}) holds here: {(level == "ReadOnly" ? "nothing can be changed or deleted" : "nothing can be deleted")}.");
}

/// <summary>What was found of a resource that a workspace leans on.</summary>
internal enum DependentState
{
    Fine,

    /// <summary>There, but closed to the public network.</summary>
    Closed,

    Failed,

    Deleted,

    NotFound,

    /// <summary>Of a type that is not declared in this installation.</summary>
    NotHere,
}

/// <summary>How bad it is, as published.</summary>
internal enum FindingLevel
{
    Information,
    Warning,
    Error,
}

/// <summary>One line of a diagnosis.</summary>
internal sealed record Finding(string Part, string Code, FindingLevel Level, string Message)
{
    public JsonObject ToJson() => new() { ["code"] = Code, ["level"] = Level.ToString(), ["message"] = Message };
}
