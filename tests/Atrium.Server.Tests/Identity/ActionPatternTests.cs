using System.Text.RegularExpressions;
using Atrium.Server.Identity.Roles;
using CsCheck;

namespace Atrium.Server.Tests.Identity;

public sealed class ActionPatternTests
{
    /// <summary>Few letters, so that patterns and actions often nearly match.</summary>
    private static readonly Gen<string> Text = Gen.Char["aAb/*"].Array[0, 9].Select(c => new string(c));

    [Theory]
    [InlineData("*", "Microsoft.X/a/read", true)]
    [InlineData("*/read", "Microsoft.X/a/b/read", true)]
    [InlineData("*/read", "Microsoft.X/a/readMetadata", false)]
    [InlineData("Microsoft.X/*/read", "microsoft.x/A/B/READ", true)]
    [InlineData("Microsoft.X/*/read", "Microsoft.X/read", true)]
    [InlineData("Microsoft.X/*/read", "Microsoft.Xread", false)]
    [InlineData("Microsoft.X/*/read", "Microsoft.X/readMore", false)]
    [InlineData("Microsoft.X/*/*/read", "Microsoft.X/read", true)]
    [InlineData("Microsoft.X/*read", "Microsoft.X/read", true)]
    [InlineData("Microsoft.X*/read", "Microsoft.X/read", true)]
    [InlineData("Microsoft.Authorization/*/Write", "Microsoft.Authorization/roleAssignments/write", true)]
    [InlineData("Microsoft.X/workspaces/*", "Microsoft.X/workspacesOther/read", false)]
    [InlineData("", "Microsoft.X/a/read", false)]
    public void Wildcards_stand_for_any_run(string pattern, string action, bool expected) => Assert.Equal(expected, new ActionPattern(pattern).Matches(action));

    [Fact]
    public void A_pattern_matches_what_the_regular_expression_of_the_same_meaning_matches() => Gen.Select(Text, Text).Sample((pattern, raw) =>
    {
        var action = raw.Replace('*', 'b');
        Assert.Equal(Means(pattern, action), new ActionPattern(pattern).Matches(action));
    });

    /// <summary>The pattern's meaning as a regular expression.</summary>
    internal static bool Means(string pattern, string action)
    {
        var nothingBetween = Regex.Replace(Regex.Escape(pattern), @"(?<=/)\\\*/", "(?:.*/)?");
        return Regex.IsMatch(action, "^" + nothingBetween.Replace(@"\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
