using Atrium.Inference.ProtectedTexts;
using CsCheck;

namespace Atrium.Inference.Tests.ProtectedTexts;

public sealed class ProtectedTextIndexTests
{
    private const string Verse =
        "The river that ran under the mill had a colour like old copper, and every evening the miller's daughter counted the barges that came up it with their lamps already lit, "
        + "although nobody had ever told her what they carried, or why the last of them was always empty.";

    private static readonly ProtectedTextIndex Index = ProtectedTextIndex.Of([Verse, "too short to be a passage"]);

    [Theory]
    [InlineData("She wrote: THE RIVER THAT RAN\nUNDER THE MILL had a colour -- like old copper; and every evening!", true)]
    [InlineData("the miller’s daughter counted the barges that came up it with their lamps already lit", true)]
    [InlineData("the millers daughter counted the barges that came up it with their lamps already lit", true)]
    [InlineData("the miller's daughter counted the barges that came up it", false)]
    [InlineData("a colour like old copper, and every evening the miller's wife counted the barges that came up it with their", true)]
    [InlineData("daughter miller's the evening every and copper old like colour a had mill the under ran that river the", false)]
    [InlineData("too short to be a passage", false)]
    [InlineData("", false)]
    public void A_quotation_of_twelve_words_is_found_however_it_is_set(string text, bool isFound) => Assert.Equal(isFound, Index.IsQuotedIn(text));

    [Fact]
    public void A_script_without_spaces_is_compared_by_characters()
    {
        var index = ProtectedTextIndex.Of(["河水流过磨坊的时候带着旧铜的颜色，磨坊主的女儿每天傍晚数着驳船。"]);
        Assert.True(index.IsQuotedIn("他写道：磨坊的时候带着旧铜的颜色磨坊主的女儿"));
        Assert.False(index.IsQuotedIn("磨坊主的儿子每天早上都去河边看船和水。"));
    }

    [Fact]
    public void Excerpts_are_found_also_with_every_tenth_word_changed_and_other_texts_are_not()
    {
        var words = Gen.Int[0, 1999].Array[400];
        var (found, alarms, runs) = (0, 0, 0);
        Gen.Select(words, words, Gen.Int[0, 300]).Sample(
            (known, other, start) =>
            {
                var index = ProtectedTextIndex.Of([Text(known)]);
                var excerpt = known.Skip(start).Take(60).Select((word, i) => i % 10 == 9 ? 5000 + i : word);
                Assert.True(index.IsQuotedIn(Text([.. other[..50], .. known[start..(start + 12)], .. other[50..]])));
                Interlocked.Increment(ref runs);
                Interlocked.Add(ref found, index.IsQuotedIn(Text(excerpt)) ? 1 : 0);
                Interlocked.Add(ref alarms, index.IsQuotedIn(Text(other)) ? 1 : 0);
            },
            iter: 200);
        Assert.Equal((runs, 0), (found, alarms));

        static string Text(IEnumerable<int> words) => string.Join(' ', words.Select(w => $"w{w}"));
    }
}
