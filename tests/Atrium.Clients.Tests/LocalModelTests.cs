using System.ClientModel;
using System.Text.Json;
using Atrium.Server.Tests.Support;
using OpenAI;
using OpenAI.Chat;

namespace Atrium.Clients.Tests;

/// <summary>The OpenAI client against a model file in the models folder: structured answers, tools, log probabilities.</summary>
public sealed class LocalModelTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private HubServer hub = null!;
    private ChatClient chat = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder["models"]);
        StoryModel.WriteTo(Path.Combine(folder["models"], "stories.gguf"), _ => { });
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Models:Folder", folder["models"]]);
        var made = await NewHub.MakeAsync(hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g");
        chat = new OpenAIClient(new ApiKeyCredential(made.Key), new() { Endpoint = new($"{hub.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/openai/v1") }).GetChatClient("chat");
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
        {
            await hub.DisposeAsync();
        }

        folder.Dispose();
    }

    [Fact]
    public async Task A_structured_answer_parses()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"city":{"enum":["Oslo","Rome"]},"warm":{"type":"boolean"}},"required":["city","warm"],"additionalProperties":false}""");
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("weather", schema, jsonSchemaIsStrict: true), MaxOutputTokenCount = 100 };
        var answer = (await chat.CompleteChatAsync([new UserChatMessage("Weather?")], options, Cancel)).Value;
        var weather = JsonElement.Parse(answer.Content[0].Text);
        Assert.Contains(weather.GetProperty("city").GetString(), (string[])["Oslo", "Rome"]);
        Assert.True(weather.GetProperty("warm").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    [Fact]
    public async Task A_tool_is_called_whole_and_streamed()
    {
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("get_weather", "The weather", BinaryData.FromString("""{"type":"object","properties":{"days":{"type":"integer","minimum":1,"maximum":7}},"required":["days"]}""")) },
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
            AllowParallelToolCalls = false,
            MaxOutputTokenCount = 100,
        };
        var answer = (await chat.CompleteChatAsync([new UserChatMessage("Weather?")], options, Cancel)).Value;
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        var call = Assert.Single(answer.ToolCalls);
        Assert.InRange(JsonElement.Parse(call.FunctionArguments.ToString()).GetProperty("days").GetInt32(), 1, 7);

        var (name, arguments) = ("", "");
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Weather?")], options, Cancel))
        {
            foreach (var piece in update.ToolCallUpdates)
            {
                name += piece.FunctionName;
                arguments += piece.FunctionArgumentsUpdate;
            }
        }

        Assert.Equal("get_weather", name);
        Assert.InRange(JsonElement.Parse(arguments).GetProperty("days").GetInt32(), 1, 7);

        ChatMessage[] told = [new UserChatMessage("Weather?"), new AssistantChatMessage(answer), new ToolChatMessage(call.Id, "rain")];
        Assert.Equal(ChatFinishReason.Length, (await chat.CompleteChatAsync(told, new() { MaxOutputTokenCount = 4 }, Cancel)).Value.FinishReason);
    }

    [Fact]
    public async Task Log_probabilities_come_with_the_likeliest_tokens()
    {
        var answer = (await chat.CompleteChatAsync([new UserChatMessage("Once upon a time")], new() { IncludeLogProbabilities = true, TopLogProbabilityCount = 3, MaxOutputTokenCount = 5 }, Cancel)).Value;
        Assert.Equal(5, answer.ContentTokenLogProbabilities.Count);
        Assert.All(answer.ContentTokenLogProbabilities, token => Assert.Equal(3, token.TopLogProbabilities.Count));
    }

    [Fact]
    public async Task Stop_seed_and_counts_are_obeyed_whole_and_streamed()
    {
        ChatMessage[] asked = [new UserChatMessage("Once upon a time")];
#pragma warning disable OPENAI001 // The seed is one of the client's previews.
        ChatCompletionOptions Options() => new() { StopSequences = { "." }, Seed = 5, MaxOutputTokenCount = 200, Temperature = 0.8f };
#pragma warning restore OPENAI001
        var (one, two) = ((await chat.CompleteChatAsync(asked, Options(), Cancel)).Value, (await chat.CompleteChatAsync(asked, Options(), Cancel)).Value);
        Assert.Equal(one.Content[0].Text, two.Content[0].Text);
        Assert.DoesNotContain('.', one.Content[0].Text);
        var (text, tokens) = ("", 0);
        await foreach (var update in chat.CompleteChatStreamingAsync(asked, Options(), Cancel))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            tokens = update.Usage?.OutputTokenCount ?? tokens;
        }

        Assert.Equal((one.Content[0].Text, one.Usage.OutputTokenCount), (text, tokens));
    }

    [Fact]
    public async Task A_picture_is_refused_with_its_place()
    {
        var picture = ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes([1, 2, 3]), "image/png");
        var refused = await Assert.ThrowsAsync<ClientResultException>(async () => await chat.CompleteChatAsync([new UserChatMessage(picture)], cancellationToken: Cancel));
        Assert.Equal(400, refused.Status);
        Assert.Contains("messages[0].content[0]", refused.Message, StringComparison.Ordinal);
    }
}
