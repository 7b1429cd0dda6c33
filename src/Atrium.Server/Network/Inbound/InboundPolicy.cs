using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Network.Inbound;

/// <summary>From where a resource may be called, as its own document says. Immutable.</summary>
/// <param name="IsPublic">False where public network access is disabled: its rules hold for nobody then.</param>
/// <param name="IsOpen">Whether every public address may.</param>
/// <param name="Ranges">The addresses that may.</param>
/// <param name="Subnets">Ids of the subnets that may.</param>
internal sealed record InboundPolicy(bool IsPublic, bool IsOpen, ImmutableArray<IPNetwork> Ranges, ImmutableArray<string> Subnets)
{
    public static readonly InboundPolicy Open = new(IsPublic: true, IsOpen: true, [], []);

    /// <summary>
    /// Of a workspace, an AI services account, a storage account, a vault or a registry. Rules hold where their <c>defaultAction</c> is Deny; a workspace's
    /// <c>ipAllowlist</c> holds as soon as it has an entry. <c>SecuredByPerimeter</c> is closed: there are no perimeters here.
    /// </summary>
    public static InboundPolicy Read(Resource resource)
    {
        var properties = resource.Properties;
        var isPublic = properties.Text("publicNetworkAccess") is not { } access || "Enabled".Equals(access, StringComparison.OrdinalIgnoreCase);
        var rules = properties["networkAcls"] as JsonObject ?? properties["networkRuleSet"] as JsonObject ?? [];
        var listed = Read((properties["ipAllowlist"] as JsonArray ?? []).Select(item => (string?)item));
        var isDeny = "Deny".Equals(rules.Text("defaultAction"), StringComparison.OrdinalIgnoreCase);
        return isPublic && !isDeny && listed.IsEmpty
            ? Open
            : new(
                isPublic,
                IsOpen: false,
                [.. listed, .. Read(Items(rules, "ipRules").Select(rule => rule.Text("value")))],
                [.. Items(rules, "virtualNetworkRules").Select(rule => rule.Text("id")).OfType<string>().Select(id => id.ToLowerInvariant())]);
    }

    /// <param name="address">Of the caller.</param>
    /// <param name="networks">What the ids of subnets and private endpoints mean.</param>
    /// <param name="endpoints">Ids of the private endpoints that are approved.</param>
    public GateAnswer Ask(IPAddress? address, KnownNetworks networks, IEnumerable<string> endpoints)
    {
        if (IsPublic && IsOpen)
        {
            return GateAnswer.Open;
        }

        if (address is null)
        {
            return IsPublic ? GateAnswer.AddressNotAllowed : GateAnswer.PublicAccessDisabled;
        }

        if (endpoints.Any(id => networks.Holds(id, address)))
        {
            return GateAnswer.Open;
        }

        return !IsPublic ? GateAnswer.PublicAccessDisabled
            : Ranges.Any(range => AddressRange.Holds(range, address)) || Subnets.Any(id => networks.Holds(id, address)) ? GateAnswer.Open
            : GateAnswer.AddressNotAllowed;
    }

    private static IEnumerable<JsonObject> Items(JsonObject rules, string name) => (rules[name] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>One that cannot be read allows nobody: it was written before ranges were checked.</summary>
    private static ImmutableArray<IPNetwork> Read(IEnumerable<string?> texts) =>
        [.. texts.SelectMany(text => AddressRange.TryParse(text, out var range) ? new[] { range } : [])];
}
