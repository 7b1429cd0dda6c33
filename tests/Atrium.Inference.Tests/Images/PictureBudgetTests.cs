using Atrium.Inference.Images;
using Atrium.Inference.Tests.Vision;
using SkiaSharp;

namespace Atrium.Inference.Tests.Images;

public sealed class PictureBudgetTests
{
    private static readonly ImageRules Rules = new() { MinSide = 1 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_waits_for_room_and_one_too_many_is_refused()
    {
        var budget = new PictureBudget(100, 3);
        var first = await budget.TakeAsync("one", 60, Cancellation);
        var (second, third) = (budget.TakeAsync("one", 60, Cancellation), budget.TakeAsync("one", 10, Cancellation));
        Assert.False(second.IsCompleted || third.IsCompleted);
        await Assert.ThrowsAsync<InferenceQueueFullException>(() => budget.TakeAsync("one", 1, Cancellation));
        first.Dispose();
        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Who_stops_waiting_holds_nobody_up_and_a_picture_larger_than_all_has_its_turn_alone()
    {
        var budget = new PictureBudget(100, 4);
        var held = await budget.TakeAsync("one", 50, Cancellation);
        using var stop = new CancellationTokenSource();
        var gone = budget.TakeAsync("one", 80, stop.Token);
        var small = budget.TakeAsync("one", 20, Cancellation);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        (await small).Dispose();
        var huge = budget.TakeAsync("one", 5000, Cancellation);
        Assert.False(huge.IsCompleted);
        held.Dispose();
        (await huge).Dispose();
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Who_sends_many_pictures_has_not_all_the_room_nor_all_the_places_and_lanes_take_turns()
    {
        var budget = new PictureBudget(100, 8);
        var held = await budget.TakeAsync("many", 60, Cancellation);
        var waiting = Enumerable.Range(0, 6).Select(_ => budget.TakeAsync("many", 60, Cancellation)).ToList();
        await Assert.ThrowsAsync<InferenceQueueFullException>(() => budget.TakeAsync("many", 60, Cancellation));
        using (await budget.TakeAsync("one", 40, Cancellation))
        {
            Assert.DoesNotContain(waiting, turn => turn.IsCompleted);
        }

        var (second, third) = (budget.TakeAsync("one", 60, Cancellation), budget.TakeAsync("other", 60, Cancellation));
        held.Dispose();
        (await waiting[0]).Dispose();
        (await second).Dispose();
        (await third).Dispose();
        foreach (var turn in waiting.Skip(1))
        {
            (await turn).Dispose();
        }

        Assert.Equal(0, budget.Taken);
    }

    /// <summary>A small file that decodes to much: as many as come, only as many are in memory as there is room for.</summary>
    [Fact]
    public async Task Pictures_of_small_files_and_many_pixels_are_decoded_one_after_the_other()
    {
        using var bitmap = new SKBitmap(3000, 2000);
        bitmap.Erase(SKColors.Teal);
        var bomb = TestImages.Encode(bitmap, SKEncodedImageFormat.Png);
        Assert.InRange(bomb.Length, 1, 200_000);
        var budget = new PictureBudget(9_000_000, 64);
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var picture = await Picture.ReadAsync(bomb, Rules, budget, "one", Cancellation);
            most = Math.Max(most, budget.Taken);
        }));
        Assert.Equal((6_000_000, 0), (most, budget.Taken));
    }

    [Fact]
    public async Task What_is_refused_or_broken_takes_no_room()
    {
        var budget = new PictureBudget(10_000_000, 4);
        using var bitmap = new SKBitmap(200, 200);
        var png = TestImages.Encode(bitmap, SKEncodedImageFormat.Png);
        await Assert.ThrowsAsync<ImageRefusedException>(() => Picture.ReadAsync(png.AsMemory(0, png.Length / 2), Rules, budget, "one", Cancellation));
        await Assert.ThrowsAsync<ImageRefusedException>(() => Picture.ReadAsync("none"u8.ToArray(), Rules, budget, "one", Cancellation));
        await Assert.ThrowsAsync<ImageRefusedException>(() => Picture.ReadAsync(png, new() { MinSide = 500 }, budget, "one", Cancellation));
        Assert.Equal(0, budget.Taken);
    }
}
