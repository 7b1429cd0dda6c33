using System.Text.Json.Nodes;
using Atrium.Portal.Api;

namespace Atrium.Portal.Manage;

/// <summary>An address or a subnet that a hub lets in. Pure.</summary>
/// <param name="Value">An address, a range, or a subnet's id.</param>
/// <param name="List">In which list of the hub it stands.</param>
public sealed record InboundRule(string Value, InboundList List)
{
    private const string Allowlist = "ipAllowlist";
    private const string Acls = "networkAcls";

    /// <summary>All that the effective settings of a hub or project name. Those of <c>networkAcls</c> hold only where it denies all others.</summary>
    public static IReadOnlyList<InboundRule> Read(IReadOnlyDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var acls = settings.GetValueOrDefault(Acls)?.Value as JsonObject ?? [];
        return
        [
            .. Texts(settings.GetValueOrDefault(Allowlist)?.Value).Select(value => new InboundRule(value, InboundList.Allowlist)),
            .. Items(acls, "ipRules").Select(rule => new InboundRule(rule["value"]?.ToString() ?? "", InboundList.Addresses)),
            .. Items(acls, "virtualNetworkRules").Select(rule => new InboundRule(rule["id"]?.ToString() ?? "", InboundList.Subnets)),
        ];
    }

    /// <summary>Whether a rule of <c>networkAcls</c> holds: others are let in anyway where its default is to allow.</summary>
    public static bool AclsHold(IReadOnlyDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return "Deny".Equals((string?)(settings.GetValueOrDefault(Acls)?.Value as JsonObject)?["defaultAction"], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The properties of a PATCH that adds an address to a hub's allowlist.</summary>
    public static JsonObject Adding(JsonObject properties, string address)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return new() { [Allowlist] = new JsonArray([.. Texts(properties[Allowlist]).Append(address).Distinct().Select(text => (JsonNode)text)]) };
    }

    /// <summary>The properties of a PATCH that takes this one away.</summary>
    public JsonObject Removing(JsonObject properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (List is InboundList.Allowlist)
        {
            return new() { [Allowlist] = new JsonArray([.. Texts(properties[Allowlist]).Where(text => text != Value).Select(text => (JsonNode)text)]) };
        }

        var (list, key) = List is InboundList.Addresses ? ("ipRules", "value") : ("virtualNetworkRules", "id");
        var left = Items(properties[Acls] as JsonObject ?? [], list).Where(rule => rule[key]?.ToString() != Value).Select(rule => rule.DeepClone());
        return new() { [Acls] = new JsonObject { [list] = new JsonArray([.. left]) } };
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => item?.ToString() ?? "");

    private static IEnumerable<JsonObject> Items(JsonObject rules, string name) => (rules[name] as JsonArray ?? []).OfType<JsonObject>();
}

/// <summary>The lists of a hub that let somebody in.</summary>
public enum InboundList
{
    /// <summary><c>ipAllowlist</c>: as soon as it has an entry, nobody else is let in.</summary>
    Allowlist,

    /// <summary><c>networkAcls.ipRules</c>.</summary>
    Addresses,

    /// <summary><c>networkAcls.virtualNetworkRules</c>.</summary>
    Subnets,
}
