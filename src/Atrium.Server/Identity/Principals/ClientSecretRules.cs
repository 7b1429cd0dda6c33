using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Principals;

/// <summary>What may be asked of a new client secret. Pure.</summary>
internal static class ClientSecretRules
{
    private const int MaxNameLength = 90;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(730);

    /// <exception cref="ApiException">All that is wrong with the request.</exception>
    public static (string DisplayName, DateTimeOffset End) Read(JsonObject? body, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        var (name, end) = ("", now + DefaultLife);
        if (body?["displayName"] is { } given && !(given is JsonValue text && text.TryGetValue(out name!) && name.Length <= MaxNameLength))
        {
            problems.Add(new("displayName", $"'displayName' must be a string of at most {MaxNameLength} characters."));
        }

        if (body?["endDateTime"] is { } until
            && !(until is JsonValue time && time.TryGetValue<string>(out var written)
                && DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out end) && end > now && end <= now + LongestLife))
        {
            problems.Add(new("endDateTime", $"'endDateTime' must be a time between now and {LongestLife.Days} days from now, such as {now + DefaultLife:u}."));
        }

        return problems.Count == 0 ? (name, end) : throw ApiException.Invalid(problems);
    }
}
