using System.Text.Json.Nodes;

namespace Atrium.Portal.Manage;

/// <summary>What is filled in for an outbound rule, and the rule that it makes. What one type does not know waits for the other.</summary>
public sealed class OutboundRuleForm
{
    /// <summary>A host by its name.</summary>
    public const string Fqdn = "FQDN";

    /// <summary>A resource of this installation.</summary>
    public const string PrivateEndpoint = "PrivateEndpoint";

    /// <summary>A group of destinations.</summary>
    public const string ServiceTag = "ServiceTag";

    /// <summary>The types of rules.</summary>
    public static IReadOnlyList<string> Types { get; } = [Fqdn, PrivateEndpoint, ServiceTag];

    /// <summary>What a rule of a service tag may ask for.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["TCP", "UDP", "ICMP", "*"];

    /// <summary>Of an FQDN rule.</summary>
    public string Host { get; set; } = "";

    /// <summary>Id of the resource of a private endpoint.</summary>
    public string Resource { get; set; } = "";

    /// <summary>Which part of that resource: account, vault.</summary>
    public string Subresource { get; set; } = "account";

    /// <summary>Of a rule of a service tag.</summary>
    public string Tag { get; set; } = "";

    /// <summary>One of <see cref="Protocols"/>.</summary>
    public string Protocol { get; set; } = "TCP";

    /// <summary>Numbers and ranges with commas between.</summary>
    public string Ports { get; set; } = "443";

    /// <summary>Allow or Deny.</summary>
    public string Action { get; set; } = "Allow";

    /// <summary>One a line; they go before the tag.</summary>
    public string Prefixes { get; set; } = "";

    /// <summary>Takes over what a rule has.</summary>
    public void Read(JsonObject rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule["destination"] is JsonObject to)
        {
            (Resource, Subresource) = ((string?)to["serviceResourceId"] ?? "", (string?)to["subresourceTarget"] ?? Subresource);
            (Tag, Protocol, Ports, Action) = ((string?)to["serviceTag"] ?? "", (string?)to["protocol"] ?? "*", (string?)to["portRanges"] ?? "", (string?)to["action"] ?? Action);
            Prefixes = string.Join('\n', (to["addressPrefixes"] as JsonArray ?? []).Select(prefix => prefix?.ToString()));
        }
        else
        {
            Host = rule["destination"]?.ToString() ?? "";
        }
    }

    /// <summary>The properties of the rule.</summary>
    public JsonObject Write(string type) => new()
    {
        ["type"] = type,
        ["category"] = "UserDefined",
        ["destination"] = type switch
        {
            PrivateEndpoint => new JsonObject { ["serviceResourceId"] = Resource.Trim(), ["subresourceTarget"] = Subresource.Trim() },
            ServiceTag => WriteTag(),
            _ => JsonValue.Create(Host.Trim()),
        },
    };

    private JsonObject WriteTag()
    {
        var tag = new JsonObject { ["serviceTag"] = Tag.Trim(), ["protocol"] = Protocol, ["portRanges"] = Ports.Trim(), ["action"] = Action };
        if (Prefixes.Split((char[])['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } prefixes)
        {
            tag["addressPrefixes"] = new JsonArray([.. prefixes.Select(prefix => (JsonNode)prefix)]);
        }

        return tag;
    }
}
