using System.Diagnostics;
using System.Text.RegularExpressions;
using Atrium.Inference.Blocklists;
using CsCheck;

namespace Atrium.Inference.Tests.Blocklists;

public sealed class BlocklistMatcherTests
{
    [Theory]
    [InlineData("bleed", "till you BLEED", true)]
    [InlineData("bleed", "bleeding is another word", false)]
    [InlineData("bleed", "nosebleed", false)]
    [InlineData("k*ll", "I want to k*ll you", true)]
    [InlineData("two words", "here are Two   Words, spaced", true)]
    [InlineData("two words", "two other words", false)]
    [InlineData("word", "a_word, \"word\"-word", true)]
    [InlineData("Straße", "AUF DER STRAßE", true)]
    [InlineData("naïve", "how nai\u0308ve", true)]
    [InlineData("hidden", "ｈｉｄｄｅｎ", true)]
    [InlineData("hidden", "hid\u200Bden", true)]
    [InlineData("禁止", "这是禁止的内容", true)]
    [InlineData("ห้าม", "สิ่งที่ห้ามทำ", true)]
    [InlineData("$$$", "win $$$now", true)]
    [InlineData("😀", "so 😀!", true)]
    [InlineData("a", "", false)]
    public void A_phrase_is_found_in_any_case_and_only_as_whole_words(string phrase, string text, bool isFound) =>
        Assert.Equal(isFound, new BlocklistMatcher([new("1", phrase, IsPattern: false)]).Find(text).Count == 1);

    [Fact]
    public void Phrases_in_each_other_are_all_found_and_each_once()
    {
        BlockedTerm[] terms = [new("1", "bad", false), new("2", "bad word", false), new("3", "word", false), new("4", "bad word here", false), new("5", "BAD", false)];
        Assert.Equal(["5", "1", "2", "3"], new BlocklistMatcher(terms).Find("a bad word and a bad word").Select(t => t.Id));
    }

    [Fact]
    public void Phrases_are_found_as_by_looking_for_each() => Gen.Select(
            Gen.String[Gen.Char["ab "], 1, 6].Array[0, 30],
            Gen.String[Gen.Char["abc -"], 0, 40])
        .Sample((phrases, text) =>
        {
            BlockedTerm[] terms = [.. phrases.Select((phrase, i) => new BlockedTerm($"{i:000}", phrase, false))];
            var folded = BlocklistMatcher.Identity(text);
            var expected = terms.Where(t => BlocklistMatcher.Identity(t.Text) is { Length: > 0 } phrase && Regex.IsMatch(folded, $@"(?<!\w){Regex.Escape(phrase)}(?!\w)"));
            Assert.Equal(expected.Select(t => t.Id).Order(), new BlocklistMatcher(terms).Find(text).Select(t => t.Id).Order());
        });

    [Theory]
    [InlineData(@"b[i1][a@][s\$]", "so B1@$ed", true)]
    [InlineData(@"\bcat\b", "concatenate", false)]
    [InlineData("^start", "at the start", false)]
    [InlineData(@"\b(?:\d[ -]?){13,16}\b", "card 4111 1111 1111 1111 please", true)]
    [InlineData(@"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{2,24}){1,4}", "write to Jo.Doe+x@mail.example.org", true)]
    public void A_pattern_is_a_regular_expression_in_any_case(string pattern, string text, bool isFound) =>
        Assert.Equal(isFound, new BlocklistMatcher([new("1", pattern, IsPattern: true)]).Find(text).Count == 1);

    [Theory]
    [InlineData("b[i1", "character")]
    [InlineData("(?=x)y", "look-ahead")]
    [InlineData(@"(x)\1", "back references")]
    [InlineData("(a{1000}){1000}", "too large")]
    [InlineData("x*", "every text")]
    [InlineData(@"\p{Nope}", "character")]
    public void A_pattern_that_cannot_be_run_safely_is_not_taken(string pattern, string reason)
    {
        Assert.False(BlockedPattern.IsTaken(pattern, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.True(BlockedPattern.IsTaken("(a+)+$", out _));
    }

    [Fact]
    public void Ten_thousand_phrases_cost_a_text_milliseconds_and_the_worst_ones_a_moment()
    {
        var usual = new BlocklistMatcher([.. Enumerable.Range(0, 10_000).Select(i => new BlockedTerm($"{i}", $"word{i * 7919 % 10_007} of {i}", false))]);
        var long128 = new string('a', 121);
        var worst = new BlocklistMatcher([.. Enumerable.Range(0, 10_000).Select(i => new BlockedTerm($"{i}", $"{long128}-{i:00000}", false))]);
        var text = string.Concat(Enumerable.Repeat("word12 of the word7919 of 1 ", 400))[..10_000];
        Assert.Single(usual.Find(text));
        Assert.InRange(Time(() => usual.Find(text)), 0, 100);
        Assert.InRange(Time(() => worst.Find(string.Concat(Enumerable.Repeat("-a", 100)) + new string('a', 9_800))), 0, 500);
        Assert.InRange(Time(() => new BlocklistMatcher([new("1", "(a+)+b", true)]).Find(new string('a', 10_000))), 0, 1000);
    }

    [Fact]
    public void Many_slow_patterns_end_in_time()
    {
        var slow = new BlocklistMatcher([.. Enumerable.Range(0, 100).Select(i => new BlockedTerm($"{i}", $"((a{{1,5}}){{1,5}}){{1,5}}x{i}$", true))]);
        var started = Stopwatch.GetTimestamp();
        Assert.Throws<RegexMatchTimeoutException>(() => slow.Find(new string('a', 10_000)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 6);
    }

    /// <summary>The fastest of three runs, in milliseconds.</summary>
    private static double Time(Action run) => Enumerable.Range(0, 3).Min(_ =>
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    });
}
