using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>What the managed network of a hub must be, and how it may change. Pure.</summary>
internal static class ManagedNetworkRules
{
    public const string Disabled = nameof(Disabled);
    public const string InternetOutbound = "AllowInternetOutbound";
    public const string OnlyApprovedOutbound = "AllowOnlyApprovedOutbound";
    private const string Path = "properties.managedNetwork";

    public static string Mode(JsonObject? network) => network?.Text("isolationMode") ?? Disabled;

    /// <summary>What is wrong with a network as it is to be, or with the change from what it was.</summary>
    public static IEnumerable<Problem> Check(JsonObject? before, JsonObject? after)
    {
        if (Mode(before) != Disabled && Mode(after) == Disabled)
        {
            yield return new(
                $"{Path}.isolationMode",
                $"The managed network is enabled ({Mode(before)}) and cannot be disabled again. Leave it out, or use {InternetOutbound} or {OnlyApprovedOutbound}.",
                ProblemCodes.Immutable);
        }

        if (before?.Text("managedNetworkKind") == "V2" && after?.Text("managedNetworkKind") == "V1")
        {
            yield return new($"{Path}.managedNetworkKind", "A managed network of kind V2 cannot go back to V1.", ProblemCodes.Immutable);
        }

        var rules = after?["outboundRules"] as JsonObject ?? [];
        foreach (var twins in rules.GroupBy(r => r.Key, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return new($"{Path}.outboundRules.{twins.First().Key}", $"The rule name '{twins.First().Key}' is there {twins.Count()} times; names are compared without case.");
        }

        foreach (var (name, rule) in rules)
        {
            foreach (var problem in OutboundRules.Check($"{Path}.outboundRules.{name}", name, rule as JsonObject ?? [], Mode(after)))
            {
                yield return problem;
            }
        }
    }

    /// <summary>Takes out the rules that the service adds by itself, which a client sends back when it writes what it has read.</summary>
    public static void DropRequired(JsonObject? network)
    {
        if (network?["outboundRules"] is not JsonObject rules)
        {
            return;
        }

        foreach (var name in rules.Where(r => RequiredRules.IsName(r.Key) && r.Value is JsonObject rule && rule.Text("category") is RequiredRules.Category or RequiredRules.ConnectionCategory).Select(r => r.Key).ToArray())
        {
            rules.Remove(name);
        }
    }

    /// <summary>What was written stays where the next write leaves it out: a network that is enabled stays so.</summary>
    public static void KeepEnabled(JsonObject? before, JsonObject properties)
    {
        if (Mode(before) != Disabled && properties["managedNetwork"] is null)
        {
            properties["managedNetwork"] = before!.DeepClone();
        }
        else if (Mode(before) != Disabled && properties["managedNetwork"] is JsonObject after && after["isolationMode"] is null)
        {
            after["isolationMode"] = Mode(before);
        }
    }

    public static bool IsActive(JsonObject? network) => (network?["status"] as JsonObject)?.Text("status") == "Active";

    /// <summary>The modes that a network may be given next, its own among them: once it is enabled, it is not disabled again.</summary>
    private static IEnumerable<string> ChangeableModes(string mode) => mode == Disabled ? [Disabled, InternetOutbound, OnlyApprovedOutbound] : [InternetOutbound, OnlyApprovedOutbound];

    /// <summary>The change that provisioning makes to a network.</summary>
    public static JsonObject Activation(bool withSpark) => new() { ["status"] = new JsonObject { ["status"] = "Active", ["sparkReady"] = withSpark } };

    /// <summary>The network as a GET shows it: all rules with their status, those of the service among them.</summary>
    public static JsonObject Present(JsonObject network, string workspaceId, IEnumerable<KeyValuePair<string, JsonObject>> required)
    {
        var view = network.DeepClone().AsObject();
        if (Mode(network) == Disabled)
        {
            return view;
        }

        var status = IsActive(network) ? "Active" : "Inactive";
        var rules = new JsonObject();
        foreach (var (name, rule) in required)
        {
            rules[name] = rule;
        }

        foreach (var (name, rule) in (network["outboundRules"] as JsonObject ?? []).Where(r => !rules.ContainsKey(r.Key)))
        {
            rules[name] = rule!.DeepClone();
        }

        foreach (var rule in rules.Select(r => r.Value!.AsObject()))
        {
            rule["status"] = status;
            rule["category"] ??= OutboundRules.UserDefined;
        }

        view["outboundRules"] = rules;
        view["changeableIsolationModes"] = new JsonArray([.. ChangeableModes(Mode(network)).Select(mode => (JsonNode)mode)]);
        view["networkId"] = $"{workspaceId}/managedNetwork";
        view["status"] ??= new JsonObject { ["status"] = "Inactive", ["sparkReady"] = false };
        return view;
    }
}
