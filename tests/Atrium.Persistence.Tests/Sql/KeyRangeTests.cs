using System.Text;
using Atrium.Persistence.Sql;
using CsCheck;

namespace Atrium.Persistence.Tests.Sql;

public sealed class KeyRangeTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("a", "b")]
    [InlineData("/a/", "/a0")]
    [InlineData("a\ud7ff", "a\ue000")]
    [InlineData("a\uffff", "a\U00010000")]
    [InlineData("a\U0010ffff", "b")]
    [InlineData("\U0010ffff", null)]
    public void The_text_behind_a_prefix_has_its_last_character_counted_up(string prefix, string? next) => Assert.Equal(next, KeyRange.Next(prefix));

    [Fact]
    public void A_key_is_in_the_range_exactly_if_it_begins_with_the_prefix_and_is_greater() =>
        Gen.Select(Texts(0, 3), Texts(0, 4), Texts(0, 4).Null()).Sample((prefix, key, after) =>
        {
            var range = KeyRange.Of(prefix, after);
            var lower = Compare(key, range.Lower);
            var inside = (range.LowerExcluded ? lower > 0 : lower >= 0) && (range.Upper is null || Compare(key, range.Upper) < 0);
            Assert.Equal(key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || Compare(key, after) > 0), inside);
        });

    private static Gen<string> Texts(int shortest, int longest) =>
        Gen.OneOf("a", "b", "/", "0", "\ud7ff", "\ue000", "\uffff", "😀", "\U0010ffff").Array[shortest, longest].Select(string.Concat);

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
