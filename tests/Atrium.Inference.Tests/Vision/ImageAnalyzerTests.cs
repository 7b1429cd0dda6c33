using SkiaSharp;

namespace Atrium.Inference.Tests.Vision;

public sealed class ImageAnalyzerTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_in_a_photograph_are_found_where_they_are()
    {
        using var picture = TestImages.Read(TestImages.People(models));
        var found = await (await models.Models.ImageAnalyzerAsync(Cancellation)).Model.DetectAsync(picture, "", Cancellation);
        TestContext.Current.TestOutputHelper!.WriteLine($"{picture.Width}x{picture.Height}: {string.Join("; ", found)}");
        Assert.InRange(found.Count(o => o.Label == "person"), 3, 12);
        Assert.Equal(found.Select(o => o.Confidence).OrderDescending(), found.Select(o => o.Confidence));
        Assert.All(found, o =>
        {
            Assert.InRange(o.Confidence, 0.35f, 1);
            Assert.True(o.Box.X >= 0 && o.Box.Y >= 0 && o.Box.X + o.Box.Width <= picture.Width && o.Box.Y + o.Box.Height <= picture.Height, $"{o}");
        });
    }

    [Fact]
    public async Task Words_lie_in_their_order_inside_their_line()
    {
        using var picture = TestImages.Read(TestImages.Sign);
        var lines = await (await models.Models.ImageAnalyzerAsync(Cancellation)).Model.ReadAsync(picture, "", Cancellation);
        Assert.Equal(["EXIT", "Gate 12"], lines.Select(l => l.Text));
        Assert.Equal(["Gate", "12"], lines[1].Words.Select(w => w.Text));
        Assert.True(lines[1].Words[0].Polygon[1].X <= lines[1].Words[1].Polygon[0].X + 1);
        Assert.InRange(lines[1].Words[1].Polygon[0].X, 280, 345);
        Assert.All(lines, line => Assert.All(line.Words, w => Assert.InRange(w.Confidence, 0.7f, 1)));
    }

    [Fact]
    public async Task An_empty_sheet_has_neither_objects_nor_text()
    {
        using var sheet = new SKBitmap(400, 300);
        sheet.Erase(SKColors.White);
        using var picture = TestImages.Read(TestImages.Encode(sheet, SKEncodedImageFormat.Png));
        var analyzer = (await models.Models.ImageAnalyzerAsync(Cancellation)).Model;
        Assert.Empty(await analyzer.DetectAsync(picture, "", Cancellation));
        Assert.Empty(await analyzer.ReadAsync(picture, "", Cancellation));
    }

    [Fact]
    public async Task More_images_than_there_is_room_for_are_refused_with_a_time()
    {
        await using var small = new EmbeddedModels(ModelCache.Folder, new InferenceLimits { Workers = 1, MaxQueuedImages = 1 }, TimeProvider.System);
        var analyzer = (await small.ImageAnalyzerAsync(Cancellation)).Model;
        using var picture = TestImages.Read(TestImages.Sign);
        var calls = Enumerable.Range(0, 8).Select(i => analyzer.ReadAsync(picture, $"{i}", Cancellation)).ToArray();
        var refused = (await Task.WhenAll(calls.Select(async c => await Record.ExceptionAsync(() => c)))).OfType<InferenceQueueFullException>().ToArray();
        Assert.Equal(6, refused.Length);
        Assert.All(refused, r => Assert.True(r.RetryAfter > TimeSpan.Zero));
        Assert.NotEmpty(await analyzer.ReadAsync(picture, "", Cancellation));
    }

    [Fact]
    public async Task Who_asks_for_many_images_leaves_room_for_others_who_have_their_turn()
    {
        await using var small = new EmbeddedModels(ModelCache.Folder, new InferenceLimits { Workers = 1, MaxQueuedImages = 7 }, TimeProvider.System);
        var analyzer = (await small.ImageAnalyzerAsync(Cancellation)).Model;
        using var picture = TestImages.Read(TestImages.Sign);
        var greedy = Enumerable.Range(0, 8).Select(_ => analyzer.ReadAsync(picture, "greedy", Cancellation)).ToArray();
        Assert.NotEmpty(await analyzer.ReadAsync(picture, "modest", Cancellation));
        Assert.Contains(greedy, call => !call.IsCompleted);
        Assert.Equal(2, (await Task.WhenAll(greedy.Select(async call => await Record.ExceptionAsync(() => call)))).OfType<InferenceQueueFullException>().Count());
    }
}
