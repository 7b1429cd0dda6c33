using System.Numerics.Tensors;
using Atrium.Inference.Embeddings;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Embeddings;

public sealed class UseLiteEmbedderTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("How do I reset my password?", "I forgot my login credentials and need to recover my account", 0.65)]
    [InlineData("A cat is sleeping on the sofa", "A kitten naps on the couch", 0.82)]
    public async Task Sentences_of_like_meaning_are_as_near_as_the_model_is_known_to_put_them(string first, string second, double similarity) =>
        Assert.Equal(similarity, await SimilarityAsync(first, second), 0.01);

    [Theory]
    [InlineData("How do I reset my password?", "The weather in Paris is sunny today")]
    [InlineData("A cat is sleeping on the sofa", "Stock markets fell sharply on Monday")]
    public async Task Unrelated_sentences_are_far_apart(string first, string second) => Assert.InRange(await SimilarityAsync(first, second), -0.1, 0.35);

    [Fact]
    public async Task A_text_has_the_same_vector_alone_and_in_a_batch_of_mixed_lengths()
    {
        string[] texts = ["Hi", "How do I reset my password?", string.Join(' ', Enumerable.Repeat("a long sentence about the sea", 15)), "Stock markets fell"];

        var together = await models.Embedder.EmbedAsync(texts, Cancellation);

        for (var i = 0; i < texts.Length; i++)
        {
            var alone = (await models.Embedder.EmbedAsync([texts[i]], Cancellation))[0];
            Assert.Equal(alone.Tokens, together[i].Tokens);
            Assert.Equal(1, TensorPrimitives.Dot<float>(alone.Vector, together[i].Vector), 0.0001);
        }
    }

    [Fact]
    public async Task Vectors_have_512_dimensions_and_unit_length_for_short_blank_and_long_texts()
    {
        var embeddings = await models.Embedder.EmbedAsync(["one", "", LongText(300), "漢字"], Cancellation);

        Assert.All(embeddings, embedding => Assert.Equal(512, embedding.Vector.Length));
        Assert.All(embeddings, embedding => Assert.Equal(1, TensorPrimitives.Norm<float>(embedding.Vector), 0.0001));
    }

    [Fact]
    public async Task The_end_of_a_long_text_counts_too()
    {
        var long1 = LongText(200);
        var vectors = await models.Embedder.EmbedAsync([long1, long1 + " The volcano erupted and lava covered the village."], Cancellation);

        Assert.True(vectors[1].Tokens > UseLiteModel.WindowTokens);
        Assert.True(TensorPrimitives.Dot<float>(vectors[0].Vector, vectors[1].Vector) < 0.999);
    }

    [Fact]
    public async Task A_text_beyond_the_limit_is_refused_with_its_place_and_length()
    {
        var error = await Assert.ThrowsAsync<TextTooLongException>(async () => await models.Embedder.EmbedAsync(["short", LongText(5000)], Cancellation));

        Assert.Equal(1, error.Index);
        Assert.Equal(models.Embedder.MaxTokens, error.Limit);
        Assert.True(error.Tokens > error.Limit);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_vectors()
    {
        string[] topics = ["the sea", "a password", "stock markets", "a kitten", "the weather", "a volcano", "football", "violins"];
        var expected = await models.Embedder.EmbedAsync(topics, Cancellation);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            async () => (Topic: i % topics.Length, (await models.Embedder.EmbedAsync([topics[i % topics.Length]], Cancellation))[0].Vector), Cancellation)));

        Assert.All(answers, answer => Assert.Equal(1, TensorPrimitives.Dot<float>(expected[answer.Topic].Vector, answer.Vector), 0.0001));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_serves_again_when_there_is_room()
    {
        using var embedder = UseLiteEmbedder.Open(models.Store.FolderOf(ModelPackages.UseLite), new() { MaxQueuedWindows = 4, MaxBatchWindows = 2, Workers = 1 });
        var large = embedder.EmbedAsync([.. Enumerable.Repeat(LongText(100), 64)], Cancellation).AsTask();

        var error = await Assert.ThrowsAsync<InferenceQueueFullException>(async () => await embedder.EmbedAsync(["no room"], Cancellation));

        Assert.True(error.RetryAfter > TimeSpan.Zero);
        Assert.Equal(64, (await large).Count);
        Assert.Single(await embedder.EmbedAsync(["room"], Cancellation));
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once_and_gives_its_place_to_others()
    {
        using var embedder = UseLiteEmbedder.Open(models.Store.FolderOf(ModelPackages.UseLite), new() { MaxQueuedWindows = 8, MaxBatchWindows = 2, Workers = 1 });
        using var stop = new CancellationTokenSource();
        var large = embedder.EmbedAsync([.. Enumerable.Repeat(LongText(100), 500)], stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        Assert.Single(await embedder.EmbedAsync(["next"], Cancellation));
        Assert.Equal(0, embedder.QueuedWindows);
    }

    [Fact]
    public async Task A_small_call_does_not_wait_for_the_whole_of_a_large_one()
    {
        using var embedder = UseLiteEmbedder.Open(models.Store.FolderOf(ModelPackages.UseLite), new() { Workers = 1 });
        var large = embedder.EmbedAsync([.. Enumerable.Repeat(LongText(100), 200)], Cancellation).AsTask();

        await embedder.EmbedAsync(["small"], Cancellation);

        Assert.False(large.IsCompleted);
        Assert.Equal(200, (await large).Count);
    }

    [Fact]
    public async Task Calls_that_wait_when_the_embedder_closes_fail_instead_of_hanging()
    {
        var embedder = UseLiteEmbedder.Open(models.Store.FolderOf(ModelPackages.UseLite), new() { Workers = 1 });
        var large = embedder.EmbedAsync([.. Enumerable.Repeat(LongText(100), 500)], Cancellation).AsTask();

        embedder.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => large);
    }

    [Fact]
    public void A_bound_that_leaves_room_for_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => UseLiteEmbedder.Open(models.Store.FolderOf(ModelPackages.UseLite), new() { Workers = 0 }));

    private static string LongText(int words) => string.Join(' ', Enumerable.Repeat("river", words));

    private async Task<double> SimilarityAsync(string first, string second)
    {
        var vectors = await models.Embedder.EmbedAsync([first, second], Cancellation);
        return TensorPrimitives.CosineSimilarity<float>(vectors[0].Vector, vectors[1].Vector);
    }
}
