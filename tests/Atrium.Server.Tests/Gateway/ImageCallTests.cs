using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Images made and changed through a connection.</summary>
public sealed class ImageCallTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Made = """{"created":1700000000,"data":[{"b64_json":"AAAA"},{"b64_json":"BBBB"}]}""";

    [Theory]
    [InlineData("/openai/v1/images/generations")]
    [InlineData("/openai/deployments/far/images/generations?api-version=2024-10-21")]
    [InlineData("/openai/images/generations?api-version=2024-10-21")]
    public async Task Images_are_made_by_the_server_behind_the_connection_and_counted(string path)
    {
        scene.Upstream.Says = [Made];
        var answer = await scene.PostAsync(path, new { model = "far", prompt = "a corgi in a field", n = 2, size = "1024x1024", style = "vivid" });
        Assert.Equal((HttpStatusCode.OK, Made), (answer.Status, answer.Body.ToJsonString()));
        Assert.Equal("/v1/images/generations", scene.Upstream.Asked[^1].Path);
        Assert.Equal("""{"model":"big-model","prompt":"a corgi in a field","n":2,"size":"1024x1024","style":"vivid"}""", scene.Upstream.Last.ToJsonString());
        Assert.Contains(await scene.UsageAsync("images.generations"), row => (string?)row!["deployment"] == "far" && (int)row["tokensOut"]! == 2 && (int)row["status"]! == 200);
    }

    [Fact]
    public async Task Partial_images_come_as_events_and_their_tokens_are_counted()
    {
        string[] events = ["""{"type":"image_generation.partial_image","b64_json":"AA"}""", """{"type":"image_generation.completed","b64_json":"AAAA","usage":{"input_tokens":7,"output_tokens":4160}}"""];
        scene.Upstream.Says = events;
        var told = await scene.EventsAsync("/openai/v1/images/generations", new { model = "far", prompt = "a corgi", stream = true, partial_images = 1 });
        Assert.Equal(events, told.Select(item => item!.ToJsonString()));
        Assert.False(scene.Upstream.Last.ContainsKey("stream_options"));
        Assert.Contains(await scene.UsageAsync("images.generations"), row => (int)row!["tokensIn"]! == 7 && (int)row["tokensOut"]! == 4160);
    }

    [Theory]
    [InlineData("edits")]
    [InlineData("variations")]
    public async Task A_form_goes_on_with_all_its_images(string operation)
    {
        scene.Upstream.Says = [Made];
        using var form = Form("far", ("image[]", "one.png", 3), ("image[]", "two.png", 4), ("mask", "mask.png", 5));
        form.Add(new StringContent("a red hat"), "prompt");
        var answer = await SendAsync(operation, form);
        Assert.Equal((HttpStatusCode.OK, Made), (answer.Status, answer.Body.ToJsonString()));
        var (path, asked) = scene.Upstream.Asked[^1];
        Assert.Equal(($"/v1/images/{operation}", "big-model", "a red hat"), (path, (string?)asked["model"], (string?)asked["prompt"]));
        Assert.Equal(("two.png", 4L, "mask.png", 5L), ((string?)asked["image[]"]!["name"], (long)asked["image[]"]!["length"]!, (string?)asked["mask"]!["name"], (long)asked["mask"]!["length"]!));
    }

    [Fact]
    public async Task Without_a_connection_it_is_501_and_says_what_would_serve_it()
    {
        var answer = await scene.PostAsync("/openai/v1/images/generations", new { model = "quote", prompt = "a corgi" });
        Assert.Equal(HttpStatusCode.NotImplemented, answer.Status);
        Assert.Contains("connection", (string?)answer.Body["error"]!["message"], StringComparison.Ordinal);
        using var form = Form("quote", ("image", "one.png", 3));
        Assert.Equal(HttpStatusCode.NotImplemented, (await SendAsync("edits", form)).Status);
    }

    [Theory]
    [InlineData("""{"model":"far"}""", "prompt")]
    [InlineData("""{"prompt":"a corgi"}""", "model")]
    [InlineData("""{"model":"far","prompt":"a corgi","n":11}""", "n")]
    [InlineData("""{"model":"far","prompt":"a corgi","response_format":"tiff"}""", "response_format")]
    public async Task A_mistake_is_told_with_its_field_and_nothing_leaves(string body, string field)
    {
        var before = scene.Upstream.Asked.Count;
        var refused = await scene.PostAsync("/openai/v1/images/generations", JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
        Assert.Equal(before, scene.Upstream.Asked.Count);
    }

    [Fact]
    public async Task A_form_without_image_or_prompt_or_with_too_many_images_is_refused()
    {
        using var empty = Form("far");
        var refused = await SendAsync("edits", empty);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.All((string[])["'prompt'", "'image'"], field => Assert.Contains(field, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal));
        using var many = Form("far", [.. Enumerable.Range(0, 18).Select(i => ("image[]", $"{i}.png", 1))]);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("edits", many)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.PostAsync("/openai/v1/images/edits", new { model = "far" })).Status);
    }

    private static MultipartFormDataContent Form(string model, params (string Field, string Name, int Length)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent(model), "model" } };
        foreach (var (field, name, length) in files)
        {
            form.Add(new ByteArrayContent(new byte[length]) { Headers = { ContentType = MediaTypeHeaderValue.Parse("image/png") } }, field, name);
        }

        return form;
    }

    private async Task<Answer> SendAsync(string operation, MultipartFormDataContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/openai/v1/images/{operation}") { Content = form, Headers = { { "api-key", scene.Key } } };
        return await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
