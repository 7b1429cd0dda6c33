using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atrium.Server.Tests.Conformance;

/// <summary>An example's values with a subscription of our own in place of theirs, everywhere, a vault name of its own, and with what is given for its fillers.</summary>
internal sealed partial class Substitutes(string subscription, Given given)
{
    private readonly string guid = Guid.NewGuid().ToString();

    public Given Given => given;

    public JsonObject In(JsonObject values)
    {
        var text = values.ToJsonString();
        foreach (var theirs in Subscriptions(values).Distinct())
        {
            text = text.Replace(theirs, subscription, StringComparison.OrdinalIgnoreCase);
        }

        var own = JsonNode.Parse(Replace(text))!.AsObject();
        own["subscriptionId"] = subscription;
        if ((string?)own["scope"] is "scope")
        {
            own["scope"] = $"subscriptions/{subscription}";
        }

        if (own["vaultName"] is JsonValue)
        {
            own["vaultName"] = $"vault-{guid[..8]}";
        }

        return own;
    }

    /// <summary>A call that is given, with the values of the example in its placeholders.</summary>
    public string Fill(string text, JsonObject values) => Placeholder().Replace(
        Replace(text),
        match => match.Groups[1].Value is "guid" ? guid : values[match.Groups[1].Value]?.ToString() ?? throw new InvalidDataException($"The example has no '{match.Value}'."));

    private string Replace(string text) => given.Replacements.Aggregate(text, (done, r) => done.Replace(r.Theirs, r.Ours ?? guid, StringComparison.Ordinal));

    private static IEnumerable<string> Subscriptions(JsonObject values) => ((string?[])
        [
            (string?)values["subscriptionId"],
            .. ((string?[])[(string?)values["scope"], (string?)values["roleAssignmentId"]]).OfType<string>().Select(id => InId().Match(id).Groups[1].Value),
        ])
        .OfType<string>()
        .Where(s => s.Length > 0);

    [GeneratedRegex(@"\{([A-Za-z-]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("subscriptions/([^/]+)")]
    private static partial Regex InId();
}
