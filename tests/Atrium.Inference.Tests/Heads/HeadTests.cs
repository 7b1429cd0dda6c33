using Atrium.Inference.Heads;

namespace Atrium.Inference.Tests.Heads;

public sealed class HeadTests : IDisposable
{
    private static readonly TrainingSet Diagonal = new([[0, 1], [1, 0], [0.2f, 0.9f], [0.8f, 0.1f]], [[true], [false], [true], [false]]);

    private readonly TempFolder _temp = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Training_learns_what_separates_the_examples()
    {
        var head = HeadTrainer.Train(Diagonal, new());

        Assert.True(head.Probability([0.1f, 1], 0) > 0.8);
        Assert.True(head.Probability([1, 0.1f], 0) < 0.2);
    }

    [Fact]
    public void The_same_examples_give_the_same_head() =>
        Assert.Equal(HeadTrainer.Train(Diagonal, new()).ToBytes(), HeadTrainer.Train(Diagonal, new()).ToBytes());

    [Fact]
    public void A_head_survives_its_bytes_and_broken_bytes_are_no_head()
    {
        var head = HeadTrainer.Train(Diagonal, new());
        var bytes = head.ToBytes();

        Assert.Equal(head.Probability([0.3f, 0.4f], 0), LinearHead.FromBytes(bytes)!.Probability([0.3f, 0.4f], 0));
        Assert.Null(LinearHead.FromBytes(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Null(LinearHead.FromBytes([]));
        Assert.Null(LinearHead.FromBytes(new byte[64]));
    }

    [Fact]
    public async Task A_head_is_trained_once_and_again_when_its_file_is_broken()
    {
        var trainings = 0;
        var store = new HeadStore(_temp.Path, TimeProvider.System);
        Task<LinearHead> Train()
        {
            trainings++;
            return Task.FromResult(HeadTrainer.Train(Diagonal, new()));
        }

        await store.GetAsync("x", "1", Train, Cancellation);
        await store.GetAsync("x", "1", Train, Cancellation);
        Assert.Equal(1, trainings);

        await store.GetAsync("x", "2", Train, Cancellation);
        Assert.Equal(2, trainings);

        await File.WriteAllTextAsync(Directory.GetFiles(_temp.Sub("heads"), "x-1*").Single(), "broken", Cancellation);
        await store.GetAsync("x", "1", Train, Cancellation);
        Assert.Equal(3, trainings);
    }

    [Fact]
    public void Labelled_lines_are_read_with_levels_comments_and_lists()
    {
        var lists = LabelledTexts.ReadLists(new StringReader("# words\ncolour: red, green\nsize: big"));
        var texts = LabelledTexts.Read(new StringReader("# a comment\nhate=4 violence=2 | {colour} and {size} | bar\n\nsafe | plain"), lists);

        Assert.Equal(["Green and big | bar", "Red and big | bar", "plain"], texts.Select(text => text.Text).Order(StringComparer.Ordinal));
        Assert.All(texts.Where(text => text.Text != "plain"), text => Assert.Equal((4, 2, 0), (text.LevelOf("hate"), text.LevelOf("violence"), text.LevelOf("safe"))));
    }

    [Fact]
    public void A_line_without_a_bar_is_refused_with_its_number()
    {
        var error = Assert.Throws<FormatException>(() => LabelledTexts.Read(new StringReader("safe | one\nsafe two")));
        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_placeholder_of_the_seeds_is_filled() =>
        Assert.DoesNotContain(SeedFiles.Read("Safety"), seed => seed.Text.Contains('{', StringComparison.Ordinal));

    [Theory]
    [InlineData("One sentence here. Another one there! A third?", 3)]
    [InlineData("Version 1.5 is out, see example.com for more", 1)]
    [InlineData("Oh. No. This belongs together.", 1)]
    [InlineData("", 0)]
    public void A_text_is_cut_at_the_ends_of_its_sentences(string text, int pieces) => Assert.Equal(pieces, SentenceSplitter.Split(text).Count);

    [Fact]
    public void Cutting_loses_no_word() => CsCheck.Check.Sample(CsCheck.Gen.String[CsCheck.Gen.Char["ab .!?\n"], 0, 2000], text =>
        string.Concat(SentenceSplitter.Split(text)).Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)
        == text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
}
