using System.ClientModel;
using System.ClientModel.Primitives;
using Azure;
using Azure.AI.Inference;
using Azure.AI.OpenAI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Atrium.Clients.Tests;

/// <summary>OpenAI, Azure.AI.OpenAI and Azure.AI.Inference, by key over plain loopback HTTP and by token over HTTPS.</summary>
public sealed class ModelTests(Hub hub)
{
    private static readonly ChatMessage[] Messages =
    [
        new SystemChatMessage("The office opens at nine. The canteen serves lunch from noon. Parking is behind the house."),
        new UserChatMessage("When does the office open?"),
    ];

    public static TheoryData<string> Dialects => ["openai", "azure", "account", "token"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Like_sentences_are_near_and_unlike_ones_far(string dialect)
    {
        var client = Client(dialect).GetEmbeddingClient("embeddings");
        var answer = await client.GenerateEmbeddingsAsync(["A cat sleeps on the sofa", "A kitten naps on the couch", "Stock markets fell sharply"], cancellationToken: Cancel);
        var vectors = answer.Value.Select(e => e.ToFloats().ToArray()).ToArray();
        Assert.InRange(Dot(vectors[0], vectors[0]), 0.999, 1.001);
        Assert.True(Dot(vectors[0], vectors[1]) > 0.6);
        Assert.True(Dot(vectors[0], vectors[2]) < 0.4);
        Assert.True(answer.Value.Usage.InputTokenCount > 0);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Dimensions_cuts_the_vector(string dialect)
    {
        var answer = await Client(dialect).GetEmbeddingClient("embeddings").GenerateEmbeddingAsync("hello", new EmbeddingGenerationOptions { Dimensions = 64 }, Cancel);
        Assert.Equal(64, answer.Value.ToFloats().Length);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Chat_answers_from_the_messages_and_streams_the_same(string dialect)
    {
        var client = Client(dialect).GetChatClient("chat");
        var whole = (await client.CompleteChatAsync(Messages, cancellationToken: Cancel)).Value;
        Assert.Contains("opens at nine", whole.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);

        var streamed = "";
        await foreach (var update in client.CompleteChatStreamingAsync(Messages, cancellationToken: Cancel))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(whole.Content[0].Text, streamed);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_deployment_that_is_not_there_is_404(string dialect)
    {
        var refused = await Assert.ThrowsAsync<ClientResultException>(async () => await Client(dialect).GetChatClient("nothing-here").CompleteChatAsync(Messages, cancellationToken: Cancel));
        Assert.Equal(404, refused.Status);
    }

    [Fact]
    public async Task A_wrong_key_is_401_in_both_dialects()
    {
        var openai = new OpenAIClient(new ApiKeyCredential("wrong"), new() { Endpoint = new(hub["endpoint"] + "/openai/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var azure = new AzureOpenAIClient(new(hub["endpoint"]), new ApiKeyCredential("wrong"), new() { RetryPolicy = new ClientRetryPolicy(0) });
        foreach (var client in (OpenAIClient[])[openai, azure])
        {
            var refused = await Assert.ThrowsAsync<ClientResultException>(async () => await client.GetChatClient("chat").CompleteChatAsync(Messages, cancellationToken: Cancel));
            Assert.Equal(401, refused.Status);
        }
    }

    [Fact]
    public async Task The_inference_client_chats_and_embeds_with_the_model_in_the_body()
    {
        var endpoint = new Uri(hub["httpsEndpoint"] + "/models");
        var key = new AzureKeyCredential(hub["apiKey"]);
        var chat = new ChatCompletionsClient(endpoint, key, new AzureAIInferenceClientOptions { Transport = hub.Transport });
        var answer = await chat.CompleteAsync(new ChatCompletionsOptions([new ChatRequestUserMessage("The office opens at nine. When does the office open?")]) { Model = "chat" }, Cancel);
        Assert.Contains("nine", answer.Value.Content, StringComparison.Ordinal);
        var embeddings = new EmbeddingsClient(endpoint, key, new AzureAIInferenceClientOptions { Transport = hub.Transport });
        var vectors = await embeddings.EmbedAsync(new EmbeddingsOptions(["hello"]) { Model = "embeddings" }, Cancel);
        Assert.Single(vectors.Value.Data);
    }

    private OpenAIClient Client(string dialect)
    {
        var key = new ApiKeyCredential(hub["apiKey"]);
        return dialect switch
        {
            "openai" => new OpenAIClient(key, new() { Endpoint = new(hub["endpoint"] + "/openai/v1") }),
            "azure" => new AzureOpenAIClient(new(hub["endpoint"]), key),
            "account" => new AzureOpenAIClient(new($"{hub["endpoint"]}/ai/{hub["aiServicesAccount"]}"), key),
            _ => new AzureOpenAIClient(
                new($"{hub["httpsEndpoint"]}/ai/{hub["aiServicesAccount"]}"), hub.Credential, new() { Transport = new HttpClientPipelineTransport(hub.Http) }),
        };
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
