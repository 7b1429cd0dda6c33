using System.Net;
using Atrium.Server.Tests.Gateway;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Cli;

/// <summary>One command puts a model server behind the deployment <c>chat</c>.</summary>
public sealed class ConnectTests : IAsyncLifetime
{
    private const string Says = """{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"from upstream"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";
    private readonly AtriumProcess atrium = new();
    private readonly ScriptedUpstream upstream = new() { Says = [Says] };

    public async ValueTask InitializeAsync()
    {
        await upstream.StartAsync();
        var up = await atrium.UpAsync();
        Assert.True(up.Code == 0, up.Error);
    }

    public async ValueTask DisposeAsync()
    {
        atrium.Dispose();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task The_only_model_of_a_server_answers_after_one_command()
    {
        upstream.Models = ["llama3.2:1b"];
        var connect = await atrium.RunAsync("connect", "ollama", upstream.Address);
        Assert.True(connect.Code == 0, connect.Error);
        Assert.Contains("'llama3.2:1b'", connect.Output);

        var status = await atrium.StatusAsync();
        using var client = new HttpClient { BaseAddress = new((string)status["endpoint"]!) };
        var answer = await client.CallAsync(
            "POST", "/openai/v1/chat/completions", new { model = "chat", messages = new[] { new { role = "user", content = "hi" } } }, ("api-key", (string)status["apiKey"]!));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("from upstream", (string?)answer.Body["choices"]![0]!["message"]!["content"]);
        Assert.Equal("llama3.2:1b", (string?)upstream.Last["model"]);
    }

    [Fact]
    public async Task Of_several_models_one_is_named_and_the_choice_is_listed()
    {
        upstream.Models = ["one", "two"];
        var open = await atrium.RunAsync("connect", "vllm", upstream.Address);
        Assert.Equal(2, open.Code);
        Assert.Contains("one, two", open.Error);
        Assert.Equal(0, (await atrium.RunAsync("connect", "vllm", upstream.Address, "--model", "two")).Code);
        var unlisted = await atrium.RunAsync("connect", "vllm", upstream.Address, "--model", "three");
        Assert.Equal(0, unlisted.Code);
        Assert.Contains("does not list 'three'", unlisted.Error);
    }

    [Fact]
    public async Task A_server_that_is_away_is_connected_when_its_model_is_named()
    {
        var open = await atrium.RunAsync("connect", "ollama", "http://127.0.0.1:9");
        Assert.Equal(1, open.Code);
        Assert.Contains("cannot be reached", open.Error);
        var named = await atrium.RunAsync("connect", "ollama", "http://127.0.0.1:9", "--model", "llama3.2");
        Assert.Equal(0, named.Code);
        Assert.Contains("cannot be reached", named.Error);
    }

    [Theory]
    [InlineData("is no address of a server", "ollama", "127.0.0.1:11434")]
    [InlineData("is no address of a server", "ollama", "ollama")]
    [InlineData("--model is required with azure-openai", "azure-openai", "https://127.0.0.1:9")]
    public async Task What_cannot_be_connected_is_told(string expected, params string[] arguments)
    {
        var command = await atrium.RunAsync(["connect", .. arguments]);
        Assert.Equal(2, command.Code);
        Assert.Contains(expected, command.Error);
    }
}
