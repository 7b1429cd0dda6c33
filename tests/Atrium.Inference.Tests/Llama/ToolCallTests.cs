using System.Text.Json;
using Atrium.Inference.Llama;
using Atrium.Inference.Llama.Tools;
using Atrium.Testing;
using CsCheck;

namespace Atrium.Inference.Tests.Llama;

public sealed class ToolCallTests : IDisposable
{
    private const string Weather = """{"type":"object","properties":{"city":{"enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"]}""";

    private const string Tagged =
        """{% if tools %}Tools:{% for tool in tools %} {{ tool.function | tojson }}{% endfor %}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls %}<tool_call>{{ c.function.name }}({{ c.function.arguments | tojson }})</tool_call>{% endfor %}{% endfor %}""";

    private readonly string folder = Directory.CreateTempSubdirectory("atrium-tools").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<ChatTool> Tools => [new("get_weather", "Weather of a city", JsonElement.Parse(Weather)), new("stop", "", default)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData(Tagged)]
    [InlineData("{{ tools | tojson }}[TOOL_CALLS]{{ messages[0].content }}")]
    [InlineData("{{ tools | tojson }}{\"name\", \"parameters\"}{{ messages[0].content }}")]
    public async Task A_call_that_is_demanded_comes_with_arguments_of_its_schema(string? template)
    {
        var path = StoryModel.WriteTo(Path.Combine(folder, "m.gguf"), gguf =>
        {
            if (template is not null)
            {
                gguf.Text("tokenizer.chat_template", template);
            }
        });
        await using var model = LlamaChatModel.Open("stories", path, LlamaChatModelTests.Options());
        for (uint seed = 0; seed < 5; seed++)
        {
            var (text, calls, finish) = await AnswerAsync(model, seed);
            Assert.Equal(("", ChatFinish.ToolCalls), (text, finish));
            var call = Assert.Single(calls);
            Assert.Equal("get_weather", call.Name);
            var arguments = JsonElement.Parse(call.Arguments);
            Assert.True(arguments.GetProperty("city").GetString() is "Oslo" or "Rome" && arguments.GetProperty("days").GetInt32() is >= 1 and <= 7, call.Arguments);
            Assert.StartsWith("call_", call.Id, StringComparison.Ordinal);
        }
    }

    /// <summary>However the answer is cut into pieces, the same text and the same calls come out.</summary>
    [Theory]
    [InlineData("Just text, no call < at all <tool", "Just text, no call < at all <tool", "")]
    [InlineData("Let me look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>", "Let me look.", "get_weather{\"city\": \"Oslo\"}")]
    [InlineData("<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"b\",\"arguments\":\"{\\\"x\\\":1}\"}</tool_call>", "", "a{}|b{\"x\":1}")]
    [InlineData("<tool_call>{\"name\":\"a\"}</tool_call> done", " done", "a{}")]
    [InlineData("<tool_call>\n{\"name\": \"cut", "<tool_call>\n{\"name\": \"cut", "")]
    public void Calls_are_told_from_text_however_it_comes(string answer, string text, string calls) =>
        Gen.Int[1, 7].Array[answer.Length].Sample(cuts => Assert.Equal((text, calls), Read(ToolFormat.Tagged, answer, cuts)), iter: 100);

    [Theory]
    [InlineData("[TOOL_CALLS] [{\"name\": \"a\", \"arguments\": {}}, {\"name\": \"b\", \"arguments\": {\"x\": [1]}}]", "", "a{}|b{\"x\": [1]}")]
    [InlineData("No. [TOOL_CALLS] [oops", "No.[TOOL_CALLS] [oops", "")]
    public void A_list_of_calls_ends_with_the_answer(string answer, string text, string calls) =>
        Gen.Int[1, 7].Array[answer.Length].Sample(cuts => Assert.Equal((text, calls), Read(ToolFormat.List, answer, cuts)), iter: 100);

    [Theory]
    [InlineData("{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Rome\"}}", "", "get_weather{\"city\": \"Rome\"}")]
    [InlineData("{\"name\": \"Lily\", \"age\": 3}", "{\"name\": \"Lily\", \"age\": 3}", "")]
    [InlineData("It rains.", "It rains.", "")]
    public void A_bare_call_is_one_only_with_the_name_of_a_tool(string answer, string text, string calls) =>
        Gen.Int[1, 7].Array[answer.Length].Sample(cuts => Assert.Equal((text, calls), Read(ToolFormat.Bare, answer, cuts)), iter: 100);

    [Fact]
    public void Text_beside_bare_calls_comes_at_once()
    {
        var reader = new ToolCallReader(ToolFormat.Bare, Tools);
        Assert.Equal([" It", " rains", "."], ((string[])[" It", " rains", "."]).Select(piece => reader.Add(piece).Text));
        Assert.Equal("", reader.End().Text);
    }

    /// <summary>The bias makes the model begin a call with its first token, from where on llama.cpp gets the grammar that it does not take.</summary>
    [Fact]
    public async Task A_schema_that_llama_cpp_refuses_fails_nobody_elses_answer()
    {
        const int beginsCall = 400;
        var path = StoryModel.WriteTo(Path.Combine(folder, "m.gguf"), gguf => { }, (beginsCall, ToolFormat.TagOpen));
        await using var model = LlamaChatModel.Open("stories", path, LlamaChatModelTests.Options());
        ChatTool refused = new("deep", "", JsonElement.Parse("""{"$ref":"#"}"""));
        var calling = new ChatPrompt { Turns = [new("user", "x")], Tools = [refused], MaxTokens = 8, Temperature = 0, Bias = new Dictionary<int, float> { [beginsCall] = 100 } };
        var other = LlamaChatModelTests.AnswerAsync(model, LlamaChatModelTests.Story(60));
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains(ToolFormat.TagOpen, (await LlamaChatModelTests.AnswerAsync(model, calling)).Text, StringComparison.Ordinal);
        }

        Assert.Equal(60, (await other).CompletionTokens);
    }

    [Fact]
    public void A_template_that_knows_tools_gets_tools_and_calls_as_values()
    {
        var writer = WriterOf(Tagged);
        ChatTurn[] turns = [new("user", "Weather?"), new("assistant", "") { Calls = [new("call_1", "get_weather", "{\"city\":\"Oslo\"}")] }, new("tool", "rain") { CallId = "call_1" }];
        var text = writer.Write(turns, Tools, "", "");
        Assert.Contains("Tools: {\"name\": \"get_weather\", \"description\": \"Weather of a city\", \"parameters\": {\"type\": \"object\"", text, StringComparison.Ordinal);
        Assert.EndsWith("[user]Weather?[assistant]<tool_call>get_weather({\"city\": \"Oslo\"})</tool_call>[tool]rain", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_knows_no_tools_gets_them_in_words()
    {
        var writer = WriterOf("{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}");
        ChatTurn[] turns = [new("system", "Be brief."), new("user", "Weather?"), new("assistant", "") { Calls = [new("call_1", "get_weather", "{\"city\":\"Oslo\"}")] }, new("tool", "rain") { CallId = "call_1" }];
        var text = writer.Write(turns, Tools, "", "");
        Assert.StartsWith("[system]Be brief.\n\nYou can call these tools", text, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"get_weather\"", text, StringComparison.Ordinal);
        Assert.EndsWith("[assistant]<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\":\"Oslo\"}}\n</tool_call>[user]<tool_response>\nrain\n</tool_response>", text, StringComparison.Ordinal);
    }

    private static PromptWriter WriterOf(string template)
    {
        var stream = new MemoryStream();
        var gguf = new GgufWriter();
        gguf.Text("general.architecture", "llama");
        gguf.Text("tokenizer.chat_template", template);
        gguf.Save(stream);
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, stream.ToArray());
        try
        {
            return PromptWriter.For(Atrium.Inference.Llama.Gguf.GgufReader.Read(path), "test.gguf", TimeProvider.System);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (string Text, string Calls) Read(ToolFormat format, string answer, int[] cuts)
    {
        var reader = new ToolCallReader(format, Tools);
        var (text, calls) = ("", new List<ToolCall>());
        var at = 0;
        foreach (var cut in cuts.Append(answer.Length))
        {
            var piece = answer[at..Math.Min(answer.Length, at + cut)];
            at += piece.Length;
            var (shown, made) = reader.Add(piece);
            text += shown;
            calls.AddRange(made);
        }

        var (rest, last) = reader.End();
        calls.AddRange(last);
        return (text + rest, string.Join('|', calls.Select(c => c.Name + c.Arguments)));
    }

    private static async Task<(string Text, List<ToolCall> Calls, ChatFinish? Finish)> AnswerAsync(LlamaChatModel model, uint seed)
    {
        var prompt = new ChatPrompt { Turns = [new("user", "Weather in Oslo?")], Tools = [Tools[0]], ToolUse = ToolUse.Required, ParallelCalls = false, Seed = seed, MaxTokens = 200 };
        var (text, calls, finish) = ("", new List<ToolCall>(), (ChatFinish?)null);
        await foreach (var piece in model.AnswerAsync(prompt, Cancellation))
        {
            text += piece.Text;
            calls.AddRange(piece.Calls);
            finish = piece.Finish ?? finish;
        }

        return (text, calls, finish);
    }
}
