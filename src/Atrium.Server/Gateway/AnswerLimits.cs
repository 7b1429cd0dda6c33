using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Hosting;
using Atrium.Server.Policies;
using Atrium.Server.Policies.Assignments;

namespace Atrium.Server.Gateway;

/// <summary>
/// Holds a call against the most tokens of an answer that policies allow: one that asks for more is refused with the policies named, and one that names no number
/// gets the smallest. Where no policy sets a limit, the call is not looked at.
/// </summary>
internal sealed class AnswerLimits(PolicyState policies)
{
    private static readonly string[] Names = ["max_completion_tokens", "max_tokens"];

    /// <summary>What the number is called in a request for a response, which comes here as a chat.</summary>
    private const string ResponseLimit = "max_output_tokens";

    /// <summary>The body to go on with.</summary>
    /// <exception cref="ApiException">403: it asks for more.</exception>
    public async ValueTask<JsonElement> ApplyAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        var model = await policies.ReadAsync(cancellationToken);
        if (!model.HasTokenLimits || body.ValueKind is not JsonValueKind.Object)
        {
            return body;
        }

        var reaching = PlacesOf(call).SelectMany(model.LimitsOn).DistinctBy(limit => limit.Assignment.Id.Key).OrderBy(limit => limit.Most).ThenBy(limit => limit.Assignment.Id.Key, StringComparer.Ordinal).ToList();
        if (reaching is not [var lowest, ..])
        {
            return body;
        }

        var asked = Names.Where(name => body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null).ToList();
        foreach (var name in asked)
        {
            // What is no number is refused by whoever reads it.
            if (body.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() > lowest.Most)
            {
                throw TooMany(call.Operation == ResponseCalls.Create.Name ? ResponseLimit : name, number, [.. reaching.Where(limit => number.GetDouble() > limit.Most)]);
            }
        }

        return asked.Count > 0 ? body : Capped(body, lowest.Most, call.Operation == GatewayOperation.Completions.Name);
    }

    /// <summary>Whose call it is, and the deployment that it names.</summary>
    private static IEnumerable<PolicyPlace> PlacesOf(GatewayCall call) =>
        new[] { call.Owner.Id, call.Deployment?.Id }.OfType<ResourceId>().Select(id => new PolicyPlace(id, HubOf(call.Owner.Hub)));

    private static IReadOnlyList<ResourceId> HubOf(string? key) => ResourceId.TryParse(key, out var hub, out _) ? [hub] : [];

    private static JsonElement Capped(JsonElement body, int most, bool isCompletion)
    {
        const int usual = 16;
        var capped = JsonObject.Create(body)!;
        capped["max_tokens"] = isCompletion ? Math.Min(most, usual) : most;
        return JsonSerializer.SerializeToElement(capped);
    }

    private static ApiException TooMany(string name, JsonElement asked, IReadOnlyList<TokenLimit> limits) => ApiException.Published(
        StatusCodes.Status403Forbidden,
        "RequestDisallowedByPolicy",
        $"'{name}' asks for {asked.GetRawText()} tokens; the most that policy allows here is {limits[0].Most} (policy {string.Join(", ", limits.Select(l => $"'{l.Assignment.DisplayName}', at most {l.Most}"))}).");
}
