using System.Text;
using Atrium.Inference.Llama;
using CsCheck;

namespace Atrium.Inference.Tests.Llama;

public sealed class AnswerTextTests
{
    [Fact]
    public void Characters_come_out_whole_however_the_bytes_are_cut()
    {
        const string Text = "Grüße, 世界 👩‍🚀!";
        for (var size = 1; size < 6; size++)
        {
            var answer = new AnswerText([]);
            var pieces = Encoding.UTF8.GetBytes(Text).Chunk(size).Select(bytes => answer.Add(bytes)).Append(answer.End()).ToList();

            Assert.Equal(Text, string.Concat(pieces));
            Assert.All(pieces, piece => Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece))));
        }
    }

    [Fact]
    public void Character_cut_off_at_the_end_is_left_out()
    {
        var answer = new AnswerText([]);

        Assert.Equal("a", answer.Add([(byte)'a', 0xF0, 0x9F]));
        Assert.Equal("", answer.End());
    }

    [Fact]
    public void Text_up_to_the_first_stop_string_comes_out_however_it_is_cut() =>
        Gen.Select(Gen.Char["abc👍"].Array[0, 30], Gen.Char["abc"].Array[1, 4].Array[0, 3], Gen.Int[1, 5]).Sample((letters, stopLetters, size) =>
        {
            var text = new string(letters).Replace("\uD83D", "", StringComparison.Ordinal).Replace("\uDC4D", "👍", StringComparison.Ordinal);
            var stops = stopLetters.Select(stop => new string(stop)).ToArray();
            var found = stops.Select(stop => (Stop: stop, At: text.IndexOf(stop, StringComparison.Ordinal))).Where(match => match.At >= 0).ToList();
            var first = found.OrderBy(match => match.At + match.Stop.Length).ThenBy(match => match.At).Select(match => (int?)match.At).FirstOrDefault() ?? text.Length;
            var answer = new AnswerText(stops);

            var said = string.Concat(Encoding.UTF8.GetBytes(text).Chunk(size).Select(bytes => answer.Add(bytes)).ToList()) + answer.End();

            Assert.Equal(text[..first], said);
            Assert.Equal(first < text.Length, answer.Stopped);
        });

    [Theory]
    [InlineData("cab", "c", "a", "ab", "cab")]
    [InlineData("xcab", "xc", "cab", "a")]
    [InlineData("xab", "x", "b", "ab")]
    public void The_stop_string_that_is_complete_first_ends_the_text_however_it_is_cut(string text, string said, params string[] stops)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var answer = new AnswerText(stops);
            Assert.Equal(said, string.Concat(Encoding.UTF8.GetBytes(text).Chunk(size).Select(bytes => answer.Add(bytes)).ToList()) + answer.End());
        }
    }

    [Fact]
    public void Text_that_cannot_be_a_stop_any_more_is_not_held_back()
    {
        var answer = new AnswerText(["###"]);

        Assert.Equal("a", answer.Add("a##"u8));
        Assert.Equal("##b", answer.Add("b"u8));
    }
}
