using System.Globalization;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Usage;

/// <summary>Where the next page of usage rows begins. The link repeats the question with its period as it was read, so a page does not move with the clock. Pure.</summary>
internal static class UsagePage
{
    public const string Token = "$skipToken";

    public static string NextLink(HttpRequest request, UsageQuery query, UsageRow last)
    {
        var rest = new QueryString();
        foreach (var name in (string[])["api-version", "account", "project"])
        {
            rest = request.Query[name].FirstOrDefault() is { Length: > 0 } value ? rest.Add(name, value) : rest;
        }

        rest = rest
            .Add("from", query.From.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
            .Add("to", query.To.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
            .Add(Token, ContinuationToken.Write($"/{last.Time.UtcTicks}/{last.Id}"));
        return $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}{rest}";
    }

    /// <exception cref="ApiException">400: no token of ours.</exception>
    public static UsageMark? Read(string? token) =>
        ContinuationToken.Read(token) is not { } mark ? null
        : mark.Split('/') is ["", var time, var id] && TryReadTime(time, out var at) && Guid.TryParse(id, out var row) ? new(at, row)
        : throw ApiException.BadRequest("InvalidSkipToken", $"'{Token}' is not one that a 'nextLink' gave.", Token);

    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks;
        time = isTime ? new(ticks, TimeSpan.Zero) : default;
        return isTime;
    }
}
