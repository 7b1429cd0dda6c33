using System.Globalization;
using Atrium.Portal.Api;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Parts;

/// <summary>Usage as charts show it. Pure.</summary>
public static class UsageCharts
{
    /// <summary>The days below the bars.</summary>
    public static IReadOnlyList<string> Days(IReadOnlyList<UsageDay> days, Words words) => [.. days.Select(d => Day(d.Day, words))];

    /// <summary>Calls, good and failed.</summary>
    public static IReadOnlyList<ChartSeries> Calls(IReadOnlyList<UsageDay> days, Words words) =>
    [
        new(words["usage.good"], [.. days.Select(d => (double)(d.Calls - d.Failed))]),
        new(words["usage.failed"], [.. days.Select(d => (double)d.Failed)]),
    ];

    /// <summary>Tokens, in and out.</summary>
    public static IReadOnlyList<ChartSeries> Tokens(IReadOnlyList<UsageDay> days, Words words) =>
    [
        new(words["usage.tokens-in"], [.. days.Select(d => (double)d.TokensIn)]),
        new(words["usage.tokens-out"], [.. days.Select(d => (double)d.TokensOut)]),
    ];

    /// <summary>A day without its year.</summary>
    public static string Day(DateOnly day, Words words) => day.ToString(words["language.day-month"], CultureInfo.InvariantCulture);
}
