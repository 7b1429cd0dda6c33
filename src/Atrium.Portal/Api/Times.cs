using System.Globalization;
using System.Text.Json.Nodes;

namespace Atrium.Portal.Api;

/// <summary>Times as answers have them.</summary>
internal static class Times
{
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static DateTimeOffset? Created(JsonObject body) => Read((string?)(body["systemData"] as JsonObject)?["createdAt"]);

    public static DateTimeOffset? Changed(JsonObject body) => Read((string?)(body["systemData"] as JsonObject)?["lastModifiedAt"]);

    public static string? Maker(JsonObject body) => (string?)(body["systemData"] as JsonObject)?["createdBy"];
}
