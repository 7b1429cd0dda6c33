using System.Net;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Completions of text, through an upstream and by llama.cpp.</summary>
public sealed class CompletionTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/completions";
    private const string Opening = "Once upon a time";

    [Theory]
    [InlineData(V1)]
    [InlineData("/openai/deployments/far/completions?api-version=2024-10-21")]
    public async Task An_upstream_gets_it_as_it_came(string path)
    {
        scene.Upstream.Says = ["""{"object":"text_completion","model":"big-model-7","choices":[{"text":" there","index":0,"finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":4,"completion_tokens":1,"total_tokens":5}}"""];
        var answer = await scene.PostAsync(path, new { model = "far", prompt = Opening, suffix = "The end.", best_of = 3 });
        Assert.Equal(" there", (string?)answer.Body["choices"]![0]!["text"]);
        var (asked, body) = scene.Upstream.Asked[^1];
        Assert.Equal(("/v1/completions", "big-model", "The end.", 3), (asked, (string?)body["model"], (string?)body["suffix"], (int)body["best_of"]!));
        Assert.Contains(await scene.UsageAsync("completions"), row => (string?)row!["deployment"] == "far" && (int)row["tokensIn"]! == 4 && (int)row["tokensOut"]! == 1);
    }

    [Fact]
    public async Task A_stream_of_an_upstream_that_counts_nothing_is_counted_by_its_pieces()
    {
        scene.Upstream.Says = ["""{"choices":[{"text":"a","index":0}]}""", """{"choices":[{"text":"b","index":0}]}"""];
        var events = await scene.EventsAsync(V1, new { model = "far", prompt = "x", stream = true, user = "pieces" });
        Assert.Equal("ab", Text(events, 0));
        Assert.Contains(await scene.UsageAsync("completions"), row => (int)row!["tokensOut"]! == 2 && (int)row["tokensIn"]! == 0);
    }

    [Fact]
    public async Task Llama_continues_the_text_itself_and_16_tokens_are_the_default()
    {
        await scene.AddStoriesAsync();
        var answer = await scene.PostAsync(V1, new { model = "stories", prompt = Opening, temperature = 0 });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var choice = answer.Body["choices"]![0]!;
        Assert.StartsWith(", there was a little girl", (string?)choice["text"], StringComparison.Ordinal);
        Assert.Equal(("text_completion", "length", 16), ((string?)answer.Body["object"], (string?)choice["finish_reason"], (int)answer.Body["usage"]!["completion_tokens"]!));
        Assert.Contains(await scene.UsageAsync("completions"), row => (string?)row!["model"] == "stories" && (int)row["tokensOut"]! == 16);
    }

    [Fact]
    public async Task Echo_gives_the_prompt_before_the_answer_and_a_stop_string_ends_it()
    {
        await scene.AddStoriesAsync();
        var body = new { model = "stories", prompt = Opening, temperature = 0, echo = true, max_tokens = 40, stop = new[] { "girl" } };
        var whole = await scene.PostAsync(V1, body);
        Assert.Equal((Opening + ", there was a little ", "stop"), ((string?)whole.Body["choices"]![0]!["text"], (string?)whole.Body["choices"]![0]!["finish_reason"]));
        var events = await scene.EventsAsync(V1, new { body.model, body.prompt, body.temperature, body.echo, body.max_tokens, body.stop, stream = true, stream_options = new { include_usage = true } });
        Assert.Equal((string?)whole.Body["choices"]![0]!["text"], Text(events, 0));
        Assert.Equal(OpenAiScene.Counted(whole.Body["usage"]!), OpenAiScene.Counted(events[^1]!["usage"]!));
    }

    [Fact]
    public async Task Each_prompt_gets_n_answers_in_their_order_and_counts_once()
    {
        await scene.AddStoriesAsync();
        var answer = await scene.PostAsync(V1, new { model = "stories", prompt = new[] { Opening, "The little dog" }, n = 3, seed = 5, max_tokens = 8 });
        var choices = answer.Body["choices"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 6), choices.Select(c => (int)c!["index"]!));
        Assert.Equal(48, (int)answer.Body["usage"]!["completion_tokens"]!);
        var alone = await scene.PostAsync(V1, new { model = "stories", prompt = new[] { Opening, "The little dog" }, max_tokens = 0 });
        Assert.Equal((int)alone.Body["usage"]!["prompt_tokens"]!, (int)answer.Body["usage"]!["prompt_tokens"]!);
        Assert.True(choices.Take(3).Select(c => (string?)c!["text"]).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Log_probabilities_are_those_of_the_tokens_and_the_greedy_token_is_the_likeliest()
    {
        await scene.AddStoriesAsync();
        var answer = await scene.PostAsync(V1, new { model = "stories", prompt = Opening, temperature = 0, max_tokens = 5, logprobs = 3 });
        var (text, found) = ((string)answer.Body["choices"]![0]!["text"]!, answer.Body["choices"]![0]!["logprobs"]!);
        var tokens = found["tokens"]!.AsArray().Select(t => (string)t!).ToList();
        Assert.Equal(text, string.Concat(tokens));
        Assert.Equal(0, (int)found["text_offset"]![0]!);
        Assert.Equal(tokens[0].Length, (int)found["text_offset"]![1]!);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (own, top) = ((double)found["token_logprobs"]![i]!, found["top_logprobs"]![i]!.AsObject());
            Assert.Equal(3, top.Count);
            Assert.Equal(top.Max(t => (double)t.Value!), own);
            Assert.InRange(top.Sum(t => Math.Exp((double)t.Value!)), 0, 1.000001);
        }
    }

    [Fact]
    public async Task The_model_that_quotes_says_that_it_quotes()
    {
        var answer = await scene.PostAsync(V1, new { model = "quote", prompt = "When does the office open?", max_tokens = 100 });
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The embedding model has not been pulled.");
        Assert.StartsWith("This model does not write, it quotes", (string?)answer.Body["choices"]![0]!["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"quote"}""", "prompt")]
    [InlineData("""{"model":"quote","prompt":[1,2]}""", "prompt")]
    [InlineData("""{"model":"quote","prompt":"x","suffix":"y"}""", "suffix")]
    [InlineData("""{"model":"quote","prompt":"x","max_tokens":-1}""", "max_tokens")]
    [InlineData("""{"model":"quote","prompt":"x","n":2}""", "n")]
    [InlineData("""{"model":"quote","prompt":"x","logprobs":6}""", "logprobs")]
    [InlineData("""{"model":"quote","prompt":"x","best_of":3}""", "best_of")]
    [InlineData("""{"model":"quote","prompt":"x","echo":true,"logprobs":1}""", "echo")]
    [InlineData("""{"model":"quote","prompt":"x","stop":["1","2","3","4","5"]}""", "stop")]
    [InlineData("""{"model":"quote","prompt":"x","logit_bias":{"a":1}}""", "logit_bias")]
    [InlineData("""{"model":"quote","prompt":"x","seed":"s"}""", "seed")]
    [InlineData("""{"model":"quote","prompt":"x","stream_options":3}""", "stream_options")]
    [InlineData("""{"model":"quote","prompt":"x","top_k":3}""", "top_k")]
    public async Task A_mistake_is_400_with_the_field(string body, string field)
    {
        var refused = await scene.PostAsync(V1, body);
        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.ToString());
        Assert.Equal(field, (string?)refused.Body["error"]!["param"]);
    }

    private static string Text(JsonArray events, int index) =>
        string.Concat(events.SelectMany(e => e!["choices"]!.AsArray()).Where(c => (int)c!["index"]! == index).Select(c => (string?)c!["text"]));
}
