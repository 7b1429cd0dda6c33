using Atrium.Inference.Embeddings;

namespace Atrium.Inference.Tests.Embeddings;

/// <summary>The queue by itself, without a model behind it.</summary>
public sealed class EmbeddingQueueTests
{
    [Fact]
    public void Lanes_take_turns_and_none_has_the_whole_queue()
    {
        var queue = new EmbeddingQueue(new() { MaxQueuedWindows = 8, MaxBatchWindows = 4, MaxWindowsPerTurn = 2 });
        Assert.True(queue.TryAdd(Call("busy", 4)) && queue.TryAdd(Call("busy", 2)));
        Assert.False(queue.TryAdd(Call("busy", 1)));
        Assert.True(queue.TryAdd(Call("other", 1)));
        Assert.Equal(7, queue.Waiting);

        var batch = new List<BatchItem>();
        Assert.True(queue.Take(batch, before: 0));
        Assert.Equal(["busy", "busy", "other", "busy"], batch.Select(item => item.Call.Lane));
        Assert.Equal(3, queue.Waiting);
    }

    private static EmbeddingCall Call(string lane, int windows) => new([.. Enumerable.Repeat<int[]>([1], windows)], windowTokens: 128) { Lane = lane };
}
