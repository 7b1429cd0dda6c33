using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance.OpenAi;

/// <summary>Calls the OpenAI API and holds each answer against its published schema. Skips the test where that is not beside the checkout.</summary>
internal sealed class SchemaJudge(HttpClient client, string key)
{
    private const string V1 = "/openai/v1";

    /// <summary>The answer of a call that went well.</summary>
    /// <param name="method">In lower case, as published.</param>
    /// <param name="published">The path as published.</param>
    /// <param name="body">Sent as JSON.</param>
    /// <param name="path">The path with its values; null where it has none.</param>
    /// <param name="content">Sent as it is.</param>
    /// <param name="named">The schema of the answer where several are published for the call, of which the plainest fits the others too.</param>
    public async Task<JsonObject> CallAsync(string method, string published, object? body = null, string? path = null, HttpContent? content = null, string? named = null)
    {
        var schema = named is null ? Spec.Answer(method, published) : Spec.Named(named);
        var answer = content is null
            ? await client.CallAsync(method.ToUpperInvariant(), V1 + (path ?? published), body, ("api-key", key))
            : await Answer.ReadAsync(await SendAsync(V1 + (path ?? published), content));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Hold(schema, answer.Body);
        return answer.Body;
    }

    /// <summary>The same of each event of a stream, whose end is not judged.</summary>
    public async Task StreamAsync(string path, object body, string schema)
    {
        var asked = JsonSerializer.SerializeToNode(body)!.AsObject();
        asked["stream"] = true;
        await StreamAsync(path, new StringContent(asked.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), schema);
    }

    /// <summary>The same of what was asked for as a form.</summary>
    public async Task<IReadOnlyList<JsonObject>> StreamAsync(string path, HttpContent content, string schema)
    {
        using var answer = await SendAsync(V1 + path, content);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        var events = text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[6..])!.AsObject()).ToList();
        Assert.NotEmpty(events);
        Assert.All(events, item => Hold(Spec.Named(schema), Ended(item)));
        return events;
    }

    private static OpenAiSpec Spec
    {
        get
        {
            Assert.SkipWhen(OpenAiSpec.Published is null, "The published OpenAPI file is not beside the checkout.");
            return OpenAiSpec.Published!;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "api-key", key } } };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>For the events of completions the schema of the whole is published, though they have no reason to end before the end.</summary>
    private static JsonObject Ended(JsonObject item)
    {
        if ((string?)item["object"] == "text_completion")
        {
            foreach (var choice in item["choices"]!.AsArray())
            {
                choice!["finish_reason"] ??= "stop";
            }
        }

        return item;
    }

    private static void Hold(JsonNode schema, JsonNode value)
    {
        var problems = OpenAiSpec.Problems(schema, value);
        Assert.True(problems.Count == 0, $"{string.Join('\n', problems)}\n{value.ToJsonString()}");
    }
}
