using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>The comparisons of conditions by their published names. A value that is not of the operator's kind does not compare. Pure.</summary>
internal static class ConditionOperators
{
    private const StringComparison Exact = StringComparison.Ordinal;
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(50);

    private static readonly FrozenDictionary<string, Func<string, string, bool>> ByName = new Dictionary<string, Func<string, string, bool>>
    {
        ["StringEquals"] = (l, r) => l.Equals(r, Exact),
        ["StringNotEquals"] = (l, r) => !l.Equals(r, Exact),
        ["StringEqualsIgnoreCase"] = (l, r) => l.Equals(r, NoCase),
        ["StringNotEqualsIgnoreCase"] = (l, r) => !l.Equals(r, NoCase),
        ["StringStartsWith"] = (l, r) => l.StartsWith(r, Exact),
        ["StringNotStartsWith"] = (l, r) => !l.StartsWith(r, Exact),
        ["StringStartsWithIgnoreCase"] = (l, r) => l.StartsWith(r, NoCase),
        ["StringNotStartsWithIgnoreCase"] = (l, r) => !l.StartsWith(r, NoCase),
        ["StringLike"] = (l, r) => Like(l, r, RegexOptions.None),
        ["StringNotLike"] = (l, r) => !Like(l, r, RegexOptions.None),
        ["StringLikeIgnoreCase"] = (l, r) => Like(l, r, RegexOptions.IgnoreCase),
        ["StringNotLikeIgnoreCase"] = (l, r) => !Like(l, r, RegexOptions.IgnoreCase),
        ["NumericEquals"] = (l, r) => Number(l) is { } a && Number(r) is { } b && a == b,
        ["NumericNotEquals"] = (l, r) => Number(l) is { } a && Number(r) is { } b && a != b,
        ["NumericGreaterThan"] = (l, r) => Number(l) > Number(r),
        ["NumericGreaterThanEquals"] = (l, r) => Number(l) >= Number(r),
        ["NumericLessThan"] = (l, r) => Number(l) < Number(r),
        ["NumericLessThanEquals"] = (l, r) => Number(l) <= Number(r),
        ["DateTimeEquals"] = (l, r) => Time(l) is { } a && Time(r) is { } b && a == b,
        ["DateTimeNotEquals"] = (l, r) => Time(l) is { } a && Time(r) is { } b && a != b,
        ["DateTimeGreaterThan"] = (l, r) => Time(l) > Time(r),
        ["DateTimeGreaterThanEquals"] = (l, r) => Time(l) >= Time(r),
        ["DateTimeLessThan"] = (l, r) => Time(l) < Time(r),
        ["DateTimeLessThanEquals"] = (l, r) => Time(l) <= Time(r),
        ["BoolEquals"] = (l, r) => bool.TryParse(l, out var a) && bool.TryParse(r, out var b) && a == b,
        ["BoolNotEquals"] = (l, r) => bool.TryParse(l, out var a) && bool.TryParse(r, out var b) && a != b,
        ["GuidEquals"] = (l, r) => Guid.TryParse(l, out var a) && Guid.TryParse(r, out var b) && a == b,
        ["GuidNotEquals"] = (l, r) => Guid.TryParse(l, out var a) && Guid.TryParse(r, out var b) && a != b,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static Func<string, string, bool>? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary><c>*</c> stands for any run of characters and <c>?</c> for one.</summary>
    private static bool Like(string text, string pattern, RegexOptions options)
    {
        var regex = $"^{Regex.Escape(pattern).Replace("\\*", ".*", Exact).Replace("\\?", ".", Exact)}$";
        return Regex.IsMatch(text, regex, options | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, LongestMatch);
    }

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
