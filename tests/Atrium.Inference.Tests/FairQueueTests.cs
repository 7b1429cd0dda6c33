namespace Atrium.Inference.Tests;

public sealed class FairQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lanes_take_turns_however_much_one_of_them_has_to_do()
    {
        using var queue = new FairQueue("model", workers: 1, places: 8);
        using var gate = new ManualResetEventSlim();
        var order = new List<string>();
        var first = queue.RunAsync("a", () => { gate.Wait(); return 0; }, Cancellation);
        Task<int>[] work = [.. Enumerable.Range(0, 6).Select(i => Do("a", $"a{i}")), Do("b", "b0"), Do("b", "b1"), Do("c", "c0")];
        gate.Set();
        await Task.WhenAll([first, .. work]);
        Assert.Equal(["a0", "b0", "c0", "a1", "b1", "a2", "a3", "a4", "a5"], order);

        Task<int> Do(string lane, string name) => queue.RunAsync(lane, () => { order.Add(name); return 0; }, Cancellation);
    }

    [Fact]
    public void No_lane_has_all_places()
    {
        using var queue = new FairQueue("model", workers: 1, places: 4);
        var mine = Enumerable.Range(0, 3).Select(_ => queue.Enter("a")).ToArray();
        Assert.Throws<InferenceQueueFullException>(() => queue.Enter("a"));
        using var others = queue.Enter("b");
        Assert.Throws<InferenceQueueFullException>(() => queue.Enter("c"));
        mine[0].Dispose();
        mine[0].Dispose();
        using var later = queue.Enter("c");
        Assert.Throws<InferenceQueueFullException>(() => queue.Enter("d"));
    }

    [Fact]
    public async Task What_is_cancelled_while_it_waits_is_never_run()
    {
        using var queue = new FairQueue("model", workers: 1, places: 4);
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var first = queue.RunAsync("a", () => { gate.Wait(); return 0; }, Cancellation);
        var ran = false;
        var second = queue.RunAsync("a", () => ran = true, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Set();
        await first;
        Assert.Equal(3, await queue.RunAsync("a", () => 3, Cancellation));
        Assert.False(ran);
    }

    [Fact]
    public async Task A_failure_reaches_the_one_who_asked_and_the_queue_goes_on()
    {
        using var queue = new FairQueue("model", workers: 1, places: 4);
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.RunAsync<int>("a", () => throw new InvalidOperationException("broken"), Cancellation));
        Assert.Equal(1, await queue.RunAsync("a", () => 1, Cancellation));
        Assert.True(queue.IsIdle);
    }

    [Fact]
    public async Task Disposing_waits_for_what_runs_though_its_caller_has_gone()
    {
        using var queue = new FairQueue("model", workers: 1, places: 4);
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var isOver = false;
        var work = queue.RunAsync(
            "a",
            () =>
            {
                begun.Set();
                gate.Wait();
                return isOver = true;
            },
            gone.Token);
        begun.Wait(Cancellation);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        var disposing = Task.Run(queue.Dispose, Cancellation);
        await Task.Delay(200, Cancellation);
        Assert.False(disposing.IsCompleted);
        gate.Set();
        await disposing;
        Assert.True(isOver);
    }
}
