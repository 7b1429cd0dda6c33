using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Responses;

namespace Atrium.NewestClients.Tests;

/// <summary>Responses and conversations by the newest client of OpenAI for .NET, which the older one does not have.</summary>
public sealed class ResponseTests(Hub hub)
{
    private const string Facts = "The office opens at nine. The canteen serves lunch from noon.";
    private const string Question = "When does the office open?";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_goes_on_from_another_is_read_and_deleted()
    {
        var client = hub.Client.GetResponsesClient();
        var first = (await client.CreateResponseAsync("chat", Facts, cancellationToken: Cancel)).Value;
        var second = (await client.CreateResponseAsync("chat", Question, first.Id, Cancel)).Value;
        Assert.Contains("opens at nine", second.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(ResponseStatus.Completed, second.Status);
        Assert.Equal(second.GetOutputText(), (await client.GetResponseAsync(second.Id, Cancel)).Value.GetOutputText());
        var items = 0;
        await foreach (var item in client.GetResponseInputItemsAsync(second.Id, cancellationToken: Cancel))
        {
            items++;
        }

        Assert.Equal(3, items);
        Assert.True((await client.DeleteResponseAsync(second.Id, Cancel)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(second.Id, Cancel))).Status);
    }

    [Fact]
    public async Task A_stream_tells_the_text_and_ends_with_the_whole()
    {
        var (text, whole) = ("", "");
        await foreach (var update in await hub.Client.GetResponsesClient().CreateResponseStreamingAsync("chat", $"{Facts} {Question}", cancellationToken: Cancel))
        {
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            whole = update is StreamingResponseCompletedUpdate completed ? completed.Response.GetOutputText() : whole;
        }

        Assert.NotEmpty(text);
        Assert.Equal(whole, text);
    }

    [Fact]
    public async Task Tokens_of_an_input_are_counted()
    {
        var client = hub.Client.GetResponsesClient();
        var made = (await client.CreateResponseAsync("chat", Facts, cancellationToken: Cancel)).Value;
        using var body = BinaryContent.Create(BinaryData.FromObjectAsJson(new { model = "chat", input = Facts }));
        var counted = JsonNode.Parse((await client.GetInputTokenCountAsync(body, "application/json")).GetRawResponse().Content)!;
        Assert.Equal(made.Usage.InputTokenCount, (int)counted["input_tokens"]!);
    }

    [Fact]
    public async Task A_conversation_is_gone_on_from()
    {
        using var empty = BinaryContent.Create(BinaryData.FromString("{}"));
        var made = JsonNode.Parse((await hub.Client.GetConversationClient().CreateConversationAsync(empty)).GetRawResponse().Content)!;
        var client = hub.Client.GetResponsesClient();
        foreach (var (input, expected) in ((string, string)[])[(Facts, ""), (Question, "opens at nine")])
        {
            var options = new CreateResponseOptions("chat", [ResponseItem.CreateUserMessageItem(input)]) { ConversationOptions = new((string)made["id"]!) };
            Assert.Contains(expected, (await client.CreateResponseAsync(options, Cancel)).Value.GetOutputText(), StringComparison.Ordinal);
        }
    }
}
