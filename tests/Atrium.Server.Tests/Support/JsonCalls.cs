using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Support;

/// <summary>An answer with its body read.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonObject Body, HttpResponseMessage Message)
{
    public string? ErrorCode => Body["error"]?["code"]?.ToString();

    /// <summary>The body as it came, which may be a list.</summary>
    public JsonNode Whole { get; private init; } = Body;

    public string? ETag => Message.Headers.ETag?.ToString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var whole = content.Length == 0 ? new JsonObject() : JsonNode.Parse(content)!;
        return new(response.StatusCode, whole as JsonObject ?? [], response) { Whole = whole };
    }

    public override string ToString() => $"{(int)Status} {Whole.ToJsonString()}";
}

/// <summary>Calls of the resource API in one line.</summary>
internal static class JsonCalls
{
    public static async Task<Answer> CallAsync(
        this HttpClient client, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = body is string text ? new StringContent(text, System.Text.Encoding.UTF8, "application/json") : JsonContent.Create(body);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Polls the operation that a 202 announced; the last status document.</summary>
    public static async Task<JsonObject> WaitAsync(this HttpClient client, Answer accepted)
    {
        var place = accepted.Message.Headers.GetValues("Azure-AsyncOperation").Single();
        return await Waits.UntilAsync(async () => (await client.CallAsync("GET", place)).Body, status => (string?)status["status"] is not "InProgress");
    }
}
