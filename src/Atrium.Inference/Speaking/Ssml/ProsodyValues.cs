using System.Globalization;

namespace Atrium.Inference.Speaking.Ssml;

/// <summary>The values of <c>prosody</c>, times and levels. What is beyond a bound is taken as the bound, as the published service does; null is no such value. Pure.</summary>
public static class ProsodyValues
{
    /// <summary>Of a break or a silence.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private const double LoudestAbsolute = 100;

    /// <summary>A voice's own pitch, from which Hertz are reckoned: about what men and women have.</summary>
    private const double Male = 110, Female = 180;

    /// <summary>A style with the rate, pitch and volume given; null leaves it as it is.</summary>
    /// <param name="style">What is changed.</param>
    /// <param name="rate">As <c>prosody</c> takes it.</param>
    /// <param name="pitch">The same.</param>
    /// <param name="volume">The same.</param>
    /// <param name="onWrong">Told of what is no such value: which of them, and what was found.</param>
    public static SpeechStyle With(this SpeechStyle style, string? rate, string? pitch, string? volume, Action<string, string> onWrong)
    {
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(onWrong);
        double Read(string attribute, string? text, double current, Func<string, double?> read)
        {
            if (text is not null && read(text) is { } found)
            {
                return found;
            }

            if (text is not null)
            {
                onWrong(attribute, text);
            }

            return current;
        }

        return style with
        {
            Rate = Read("rate", rate, style.Rate, text => Rate(text, style.Rate)),
            Pitch = Read("pitch", pitch, style.Pitch, text => Pitch(text, style.Pitch, style.Voice.Gender)),
            Volume = Read("volume", volume, style.Volume, text => Volume(text, style.Volume)),
        };
    }

    /// <summary>What an attribute takes.</summary>
    internal static string Right(string attribute) => attribute switch
    {
        "rate" => "a number such as 1.2, a percentage such as +20%, or x-slow, slow, medium, fast, x-fast",
        "pitch" => "a percentage such as +10%, +2st, 120Hz, or x-low, low, medium, high, x-high",
        _ => "0 to 100, a percentage such as -20%, +6dB, or silent, x-soft, soft, medium, loud, x-loud",
    };

    internal static double? Rate(string text, double current) => text.Trim() switch
    {
        "x-slow" => 0.5,
        "slow" => 0.64,
        "medium" or "default" => 1,
        "fast" => 1.55,
        "x-fast" => 2,
        var value when Percent(value) is { } percent => Within(current * (1 + (percent / 100)), SpeechStyle.Slowest, SpeechStyle.Fastest),
        var value when Number(value) is { } times and >= 0 => Within(value[0] is '+' ? current + times : times, SpeechStyle.Slowest, SpeechStyle.Fastest),
        var value when value.StartsWith('-') && Number(value) is { } less => Within(current + less, SpeechStyle.Slowest, SpeechStyle.Fastest),
        _ => null,
    };

    internal static double? Pitch(string text, double current, VoiceGender gender) => text.Trim() switch
    {
        "x-low" => 0.55,
        "low" => 0.8,
        "medium" or "default" => 1,
        "high" => 1.2,
        "x-high" => 1.45,
        var value when Percent(value) is { } percent => Within(current * (1 + (percent / 100)), SpeechStyle.Lowest, SpeechStyle.Highest),
        var value when Unit(value, "st") is { } halfTones => Within(current * Math.Pow(2, halfTones / 12), SpeechStyle.Lowest, SpeechStyle.Highest),
        var value when Unit(value, "hz") is { } hertz => Within((value[0] is '+' or '-' ? current : 0) + (hertz / (gender is VoiceGender.Female ? Female : Male)), SpeechStyle.Lowest, SpeechStyle.Highest),
        _ => null,
    };

    internal static double? Volume(string text, double current) => text.Trim() switch
    {
        "silent" => 0,
        "x-soft" => 0.2,
        "soft" => 0.4,
        "medium" => 0.6,
        "loud" => 0.8,
        "x-loud" or "default" => 1,
        var value when Percent(value) is { } percent => Within(current * (1 + (percent / 100)), 0, 2),
        var value when Unit(value, "db") is { } decibels => Within(current * Math.Pow(10, decibels / 20), 0, 2),
        var value when Number(value) is { } number => value[0] is '+' or '-' ? Within(current + (number / LoudestAbsolute), 0, 2) : Within(number / LoudestAbsolute, 0, 1),
        _ => null,
    };

    /// <summary>As in 750ms or 2s.</summary>
    internal static TimeSpan? Time(string text, TimeSpan longest)
    {
        var value = text.Trim();
        var milliseconds = Unit(value, "ms") ?? (Unit(value, "s") is { } seconds ? seconds * 1000 : null);
        return milliseconds is >= 0 ? TimeSpan.FromMilliseconds(Math.Min(milliseconds.Value, longest.TotalMilliseconds)) : null;
    }

    private static double? Percent(string value) => value.EndsWith('%') ? Number(value[..^1]) : null;

    private static double? Unit(string value, string unit) => value.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? Number(value[..^unit.Length].TrimEnd()) : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static double Within(double value, double least, double most) => Math.Clamp(value, least, most);
}
