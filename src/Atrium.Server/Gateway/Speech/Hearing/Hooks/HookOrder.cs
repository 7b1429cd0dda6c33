using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Speech.Hearing.Batch;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>What a caller wants of a web hook, or to change of one.</summary>
/// <param name="View">displayName, description, customProperties, events: those that are given.</param>
/// <param name="Url">Where it calls; null for what it was.</param>
/// <param name="Secret">What it signs with; null for no signature, also in a change: as published, one that does not name it takes it away.</param>
internal sealed record HookOrder(JsonObject View, string? Url, string? Secret)
{
    private const int LongestSecret = 256;

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static HookOrder Read(JsonElement body, bool isNew)
    {
        var problems = new List<Problem>();
        var view = TranscriptionOrder.ReadNames(body, problems, isNew);
        var url = body.Text("webUrl", problems);
        if (url is null ? isNew : !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            problems.Add(new("webUrl", "'webUrl' is required: the absolute http or https URL that is called."));
        }

        ReadEvents(body, isNew, view, problems);
        var isGiven = body.TryGetProperty("properties", out var properties) && properties.ValueKind is not JsonValueKind.Null;
        if (isGiven && properties.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new("properties", "'properties' must be an object, such as {\"secret\": \"...\"}."));
        }

        var secret = isGiven && properties.ValueKind is JsonValueKind.Object ? properties.Text("secret", problems) : null;
        if (secret?.Length > LongestSecret)
        {
            problems.Add(new("properties.secret", $"'secret' may have {LongestSecret} characters."));
        }

        return problems.Count > 0 ? throw ApiException.Invalid(problems) : new(view, url, secret is { Length: > 0 } ? secret : null);
    }

    private static void ReadEvents(JsonElement body, bool isNew, JsonObject view, List<Problem> problems)
    {
        if (!body.TryGetProperty("events", out var events) && !isNew)
        {
            return;
        }

        if (events.ValueKind is not JsonValueKind.Object || events.EnumerateObject().Any(named => !HookEvents.Names.Contains(named.Name) || named.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)))
        {
            problems.Add(new("events", $"'events' is required: an object of true and false with the names {string.Join(", ", HookEvents.Names)}."));
            return;
        }

        view["events"] = JsonObject.Create(events);
    }
}
