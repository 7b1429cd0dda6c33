using System.Globalization;

namespace Atrium.Portal.Texts;

/// <summary>The words of one user's pages, in the language that he chose.</summary>
public sealed class Words
{
    /// <summary>What stands between two numbers that make one text of a time.</summary>
    private const string Missing = "—";

    /// <summary>Tells the frame to draw all pages anew.</summary>
    public event Action? Changed;

    /// <summary>The language in use.</summary>
    public Language Language { get; private set; } = Language.Find(Language.DefaultCode)!;

    /// <summary>How far the user's clock is from UTC at a moment.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>The text of a name. A name without a text is shown as it is: a test sees to it that there is none.</summary>
    public string this[string key] => Language.TextOf(key) ?? key;

    /// <summary>Whether there is a text of this name.</summary>
    public bool Has(string key) => Language.TextOf(key) is not null;

    /// <summary>The text of a name with <c>{0}</c>, <c>{1}</c>, ... filled in.</summary>
    public string this[string key, params object?[] values] => string.Format(Language.Numbers, this[key], values);

    /// <summary>A number of things: the text of <c>key.one</c> or <c>key.other</c>.</summary>
    public string Count(string key, long number) => this[number == 1 ? $"{key}.one" : $"{key}.other", Number(number)];

    /// <summary>A whole number with its groups.</summary>
    public string Number(long number) => number.ToString("N0", Language.Numbers);

    /// <summary>A number with so many decimals.</summary>
    public string Number(double number, int decimals) => number.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Language.Numbers);

    /// <summary>A day, as the user's clock has it.</summary>
    public string Day(DateTimeOffset? time) => time is { } t ? Local(t).ToString(Language.DateFormat, CultureInfo.InvariantCulture) : Missing;

    /// <summary>Day and time, as the user's clock has it.</summary>
    public string Time(DateTimeOffset? time) => time is { } t ? Local(t).ToString($"{Language.DateFormat} {Language.TimeFormat}", CultureInfo.InvariantCulture) : Missing;

    /// <summary>How long ago, in the largest whole unit.</summary>
    public string Ago(DateTimeOffset time, DateTimeOffset now) => (now - time) switch
    {
        { TotalSeconds: < 60 } => this["ago.now"],
        { TotalMinutes: < 60 } past => Count("ago.minutes", (long)past.TotalMinutes),
        { TotalHours: < 24 } past => Count("ago.hours", (long)past.TotalHours),
        { TotalDays: < 31 } past => Count("ago.days", (long)past.TotalDays),
        _ => Day(time),
    };

    /// <summary>Speaks another language from now on.</summary>
    public void Speak(Language language)
    {
        Language = language;
        Changed?.Invoke();
    }

    /// <summary>Takes the user's time zone, by its IANA name; UTC for one that this machine does not know.</summary>
    public void Live(string? zone) => Zone = zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}
