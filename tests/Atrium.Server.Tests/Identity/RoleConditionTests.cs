using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;
using CsCheck;

namespace Atrium.Server.Tests.Identity;

/// <summary>Conditions on role assignments: read, refused with the place, and evaluated.</summary>
public sealed class RoleConditionTests
{
    private const string Read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
    private const string Write = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";
    private const string Name = "Microsoft.Storage/storageAccounts/blobServices/containers:name";
    private const string Path = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path";
    private const string Prefix = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs:prefix";
    private const string Tag = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:Project";

    [Theory]
    [InlineData("@Resource[" + Name + "] StringEquals 'logs'", true)]
    [InlineData("@Resource[" + Name + "] StringEquals 'LOGS'", false)]
    [InlineData("@Resource[" + Name + "] StringEqualsIgnoreCase 'LOGS'", true)]
    [InlineData("@Resource[" + Name + "] StringNotEquals 'logs'", false)]
    [InlineData("@Resource[" + Name + "] StringStartsWith 'lo'", true)]
    [InlineData("@Resource[" + Name + "] StringNotStartsWith 'lo'", false)]
    [InlineData("@resource[" + Name + "] stringLike 'l?g*'", true)]
    [InlineData("@Resource[" + Path + "] StringLike 'a/*.txt'", true)]
    [InlineData("@Resource[" + Path + "] StringLike 'a/?.txt'", false)]
    [InlineData("@Resource[" + Path + "] StringNotLike 'b/*'", true)]
    [InlineData("@Resource[" + Tag + "<$key_case_sensitive$>] StringEquals 'Cascade'", true)]
    [InlineData("@Resource[" + Name + "] ForAnyOfAnyValues:StringEquals {'a', 'logs'}", true)]
    [InlineData("@Resource[Two] ForAnyOfAnyValues:StringEquals {'one', 'x'}", true)]
    [InlineData("@Resource[Two] ForAllOfAnyValues:StringEquals {'one', 'x'}", false)]
    [InlineData("@Resource[Two] ForAllOfAnyValues:StringEquals {'one', 'two', 'x'}", true)]
    [InlineData("@Resource[Two] ForAnyOfAllValues:StringStartsWith {'o', 'on'}", true)]
    [InlineData("@Resource[Two] ForAllOfAllValues:StringNotEquals {'three', 'four'}", true)]
    [InlineData("@Resource[Size] NumericGreaterThan 9", true)]
    [InlineData("@Resource[Size] NumericLessThanEquals '10'", true)]
    [InlineData("@Resource[Name] NumericEquals 10", false)]
    [InlineData("@Resource[Flag] BoolEquals true", true)]
    [InlineData("@Resource[Id] GuidEquals 8E3AF657-A8FF-443C-A75C-2FE8C4BCB635", true)]
    [InlineData("@Environment[UtcNow] DateTimeGreaterThan '2026-01-01T00:00:00Z' AND @Environment[UtcNow] DateTimeLessThan '2027-01-01T00:00:00.0Z'", true)]
    [InlineData("@Request[Same] StringEquals @Resource[" + Name + "]", true)]
    [InlineData("Exists @Resource[" + Name + "] AND NotExists @Request[" + Prefix + "]", true)]
    [InlineData("ActionMatches{'" + Read + "'}", true)]
    [InlineData("ActionMatches{'" + Write + "'}", false)]
    [InlineData("ActionMatches{'Microsoft.Storage/storageAccounts/*/read'}", true)]
    [InlineData("(!(ActionMatches{'" + Write + "'}) OR @Resource[" + Name + "] StringEquals 'other')", true)]
    [InlineData("(!(ActionMatches{'" + Read + "'} AND NOT SubOperationMatches{'Blob.List'}) || @Resource[" + Name + "] StringEquals 'other')", false)]
    [InlineData("NOT NOT ActionMatches{'" + Read + "'}", true)]
    [InlineData("ActionMatches{'x'} AND ActionMatches{'x'} OR ActionMatches{'" + Read + "'}", true)]
    [InlineData("ActionMatches{'" + Read + "'} OR ActionMatches{'x'} AND ActionMatches{'x'}", true)]
    public void A_condition_holds_as_published(string text, bool expected) => Assert.Equal(expected, RoleCondition.Parse(text).Holds(Context()));

    [Theory]
    [InlineData("@Resource[none] StringEquals 'x'")]
    [InlineData("@Resource[none] StringNotEquals 'x'")]
    [InlineData("@Request[" + Prefix + "] StringNotStartsWith 'x'")]
    [InlineData("@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project] StringEquals 'x'")]
    [InlineData("@Resource[none] ForAllOfAllValues:StringNotEquals {'x'}")]
    [InlineData("@Resource[" + Name + "] StringEquals @Request[none]")]
    [InlineData("SubOperationMatches{'Blob.List'}")]
    public void What_is_asked_about_something_that_the_call_has_not_is_false(string text) => Assert.False(RoleCondition.Parse(text).Holds(Context()));

    [Theory]
    [InlineData("", "At character 1")]
    [InlineData("(", "At character 2")]
    [InlineData("@Resource[x] StringEquals", "a value is missing")]
    [InlineData("@Resource[x] StringEquals 'y", "a quote is not closed")]
    [InlineData("@Resource[x StringEquals 'y'", "a ']' is missing")]
    [InlineData("@Resource[] StringEquals 'y'", "no name")]
    [InlineData("@Elsewhere[x] StringEquals 'y'", "none of @Resource")]
    [InlineData("@Resource[x] Equals 'y'", "'Equals' is no operator")]
    [InlineData("@Resource[x] ForSomeValues:StringEquals {'y'}", "'ForSomeValues' is none of")]
    [InlineData("ActionMatches'x'", "a '{' is missing")]
    [InlineData("ActionMatches{}", "a value is missing")]
    [InlineData("ActionMatches{'x'} AND", "or an attribute is missing")]
    [InlineData("ActionMatches{'x'} 'y'", "is not expected")]
    [InlineData("Whatever{'x'}", "'Whatever' is not known")]
    public void What_cannot_be_read_is_refused_with_the_place(string text, string said) =>
        Assert.Contains(said, Assert.Throws<ConditionException>(() => RoleCondition.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(", 40)]
    [InlineData("!", 40)]
    [InlineData("ActionMatches{'x'} OR ", 600)]
    public void A_condition_without_measure_is_refused(string part, int times) =>
        Assert.Throws<ConditionException>(() => RoleCondition.Parse(string.Concat(Enumerable.Repeat(part, times)) + "ActionMatches{'x'}" + (part == "(" ? new string(')', times) : "")));

    [Fact]
    public void Whatever_is_sent_is_read_or_refused_and_nothing_else() => Gen.OneOf(
        ["@Resource[x]", "@Request[y]", "StringEquals", "'a'", "{'a','b'}", "(", ")", "AND", "OR", "!", "ActionMatches{'x'}", "Exists", "ForAnyOfAnyValues:", " ", "ü", "'"]).Array[0, 12].Sample(parts =>
    {
        try
        {
            RoleCondition.Parse(string.Join(' ', parts)).Holds(Context());
        }
        catch (ConditionException)
        {
        }
    });

    private static ConditionContext Context() => new(
        Read,
        AccessAttributes.None
            .WithResource(Name, "logs")
            .WithResource(Path, "a/bc.txt")
            .WithResource(Tag, "Cascade")
            .WithResource("Two", "one", "two")
            .WithResource("Size", "10")
            .WithResource("Flag", "True")
            .WithResource("Id", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
            .WithRequest("Same", "logs"),
        new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));
}
