using System.Globalization;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>Times of day and durations in English words. Pure.</summary>
internal static partial class EnglishTimes
{
    /// <summary>As in "twelve thirty five P M"; null where the text is no time.</summary>
    /// <param name="text">Hours, minutes and seconds with colons, with am or pm behind.</param>
    /// <param name="isOf24">Whether the day has one round of hours.</param>
    public static string? Say(string text, bool isOf24)
    {
        var match = Clock().Match(text.Trim());
        if (!match.Success)
        {
            return null;
        }

        var (hour, minute, second) = (Number(match, "h"), Number(match, "m"), Number(match, "s"));
        var half = match.Groups["half"].Value.Replace(".", "", StringComparison.Ordinal).ToUpperInvariant();
        if (hour > 24 || minute > 59 || second > 59 || (half.Length > 0 && hour is 0 or > 12))
        {
            return null;
        }

        var minutes = minute < 0 ? "" : minute == 0 ? (half.Length > 0 || second >= 0 ? "" : isOf24 ? " hundred" : " o'clock") : minute < 10 ? $" oh {EnglishNumbers.Of(minute)}" : $" {EnglishNumbers.Of(minute)}";
        var seconds = second > 0 ? $" and {EnglishNumbers.Of(second)} {(second == 1 ? "second" : "seconds")}" : "";
        return $"{EnglishNumbers.Of(hour)}{minutes}{seconds}{(half.Length == 2 ? $" {half[0]} {half[1]}" : "")}";
    }

    /// <summary>As in "one hour eighteen minutes and thirty seconds"; null where the text is no duration of that form.</summary>
    public static string? Duration(string text, string form)
    {
        var parts = text.Trim().Split(':');
        var wanted = form.Length > 0 ? form : parts.Length == 2 ? "hm" : "hms";
        if (parts.Length != wanted.Length || !parts.All(part => part.Length is >= 1 and <= 9 && EnglishNumbers.AreFigures(part)))
        {
            return null;
        }

        var said = wanted.Zip(parts, (unit, figures) => (Value: int.Parse(figures, NumberStyles.None, CultureInfo.InvariantCulture), Unit: unit switch { 'h' => "hour", 'm' => "minute", _ => "second" }))
            .Where(part => part.Value > 0)
            .Select(part => $"{EnglishNumbers.Of(part.Value)} {part.Unit}{(part.Value == 1 ? "" : "s")}")
            .ToList();
        return said.Count switch
        {
            0 => "zero seconds",
            1 => said[0],
            _ => $"{string.Join(' ', said[..^1])} and {said[^1]}",
        };
    }

    private static int Number(Match match, string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"^(?<h>[0-9]{1,2})(:(?<m>[0-9]{2}))?(:(?<s>[0-9]{2}))?\s*(?<half>[ap]\.?m\.?)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Clock();
}
