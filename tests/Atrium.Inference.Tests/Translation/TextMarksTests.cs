using Atrium.Inference.Translation;

namespace Atrium.Inference.Tests.Translation;

public sealed class TextMarksTests
{
    [Theory]
    [InlineData("The house", "The house.[]")]
    [InlineData("a^b$c [x] {y} <z> \\back/ ~t @", @"a\^b\$c \[x\] \{y\} \<z\> \\back\/ \~t \@.[]")]
    [InlineData("two  blanks\tand\0more", "two[0]blanks[1]and[2]more.[]")]
    [InlineData("One\nline\n\nOther", "One[0]line.[][1]Other.[]")]
    [InlineData("", ".[]")]
    public void A_plain_text_is_marked(string text, string marked) => Assert.Equal(marked, Marks(text, false).Marked);

    [Theory]
    [InlineData("<p>The <b>big</b> dog &amp; cat</p>", ".[][0]The [1]big[2] dog & cat.[][3].[]")]
    [InlineData("a<script>if (a<b) house()</script>b", "a.[][0]b.[]")]
    [InlineData("""a <span class="x notranslate">big <span>red</span> dog</span> b""", "a [0] b.[]")]
    [InlineData("""a <i translate="no">dog</i> b <!-- the > house --> c""", "a [0] b [1] c.[]")]
    [InlineData("""a <img alt="x > y"> b 1 < 2 <3""", "a [0] b 1 \\< 2 \\<3.[]")]
    [InlineData("""the <mstrans:dictionary translation="wordomatic">word</mstrans:dictionary> is""", "the [0] is.[]")]
    [InlineData("a <b unfinished", "a \\<b unfinished.[]")]
    public void Of_HTML_the_tags_are_kept(string text, string marked) => Assert.Equal(marked, Marks(text, true).Marked);

    [Fact]
    public void What_was_kept_comes_back_in_its_places()
    {
        const string html = "<p>The <b>big</b> dog &lt; cat</p>\n\n\n<p>x\\y</p>";
        var marks = Marks(html, true);
        Assert.Equal(html, marks.Restore(marks.Marked));
        var text = Marks("""say <mstrans:dictionary translation="[w]">word</mstrans:dictionary> & go""", false);
        Assert.Equal("say [w] & go", text.Restore(text.Marked));
    }

    [Theory]
    [InlineData("[0]a[1]b.[]")]
    [InlineData("[0]a[0]b[1][2].[]")]
    [InlineData("[1]a[0]b[2].[]")]
    [InlineData("[0]a[1]b[2]c[3].[]")]
    [InlineData("[0]a[1]b[x][2].[]")]
    [InlineData("[0]a[1")]
    public void A_translation_that_lost_doubled_or_moved_a_tag_is_not_taken(string translated) => Assert.Null(Marks("<i>a</i>b<br>", true).Restore(translated));

    private static TextMarks Marks(string text, bool isHtml) => new(TextPart.Of(text, isHtml), isHtml);
}
