using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Atrium.Server.Tests.Conformance;

/// <summary>Plays examples of a data plane with the account's key against the embedded models, and compares by shape.</summary>
internal sealed class DataPlaneRun(HttpClient client, string root, EmbeddedService service)
{
    private const int NotImplemented = 501;
    private static readonly string[] DeploymentParameters = ["deployment-id", "deploymentId"];

    /// <summary>Where the API of a spec lies under an account's endpoint; null for the resource API.</summary>
    public static string? RootOf(string spec) => spec.Split('/')[0] switch
    {
        "aoai-inference" => "/openai",
        "content-safety" => "/contentsafety",
        "speech" => spec.Contains("batchsynthesis", StringComparison.Ordinal) ? "/texttospeech" : "/speechtotext/v3.2",
        "image-analysis" => "/computervision",
        "translator" => "",
        _ => null,
    };

    public async Task<Outcome> PlayAsync(ExampleCase example)
    {
        var values = example.Values.DeepClone().AsObject();
        foreach (var parameter in DeploymentParameters)
        {
            values[parameter] = example.Template.EndsWith("/embeddings", StringComparison.Ordinal) ? EmbeddedService.Embeddings
                : IsAudio(example) ? EmbeddedService.Whisper
                : IsSpeech(example) ? EmbeddedService.Voice
                : EmbeddedService.Chat;
        }

        if (example.Template.Contains("{blocklistName}", StringComparison.Ordinal))
        {
            await MakeBlocklistAsync(example, values);
        }

        if (example.Template.StartsWith("/transcriptions/{id}", StringComparison.Ordinal))
        {
            await MakeTranscriptionAsync(values);
        }

        if (example.Template.StartsWith("/webhooks/{id}", StringComparison.Ordinal))
        {
            await MakeHookAsync(values);
        }

        if (example.Template.StartsWith("/batchsyntheses/{id}", StringComparison.Ordinal) || example.Template.StartsWith("/operations/{id}", StringComparison.Ordinal))
        {
            await MakeSynthesisAsync(example, values);
        }

        if (IsVision(example))
        {
            // The published values are fillers or lead to other people's servers; what must be known here is put in their place.
            (values["language"], values["model-version"], values["smartcrops-aspect-ratios"]) = ("en", "latest", new JsonArray(0.9, 1.33));
        }

        var body = example.HasBody ? values[example.BodyName!] : null;
        var path = example.Path(values) + example.Query(values);
        var answer = IsVision(example) ? await SendImageAsync(path) : IsAudio(example) ? await SendAudioAsync(path, example) : IsSpeech(example) ? await HearAsync(path, body!) : await CallAsync(example.Method, path, body is JsonValue text ? text.ToString() : body?.ToJsonString());
        return (int)answer.Status == NotImplemented ? Outcome.NotBuilt(answer) : Compare(example, answer) is { } problem ? Outcome.Failed(problem) : Outcome.Passed;
    }

    /// <summary>The transcription that the path presumes, at its end, with a file whose id stands for the published one. There is no audio at its address, so its one file is the report.</summary>
    private async Task MakeTranscriptionAsync(JsonObject values)
    {
        var made = await CallAsync("POST", "/transcriptions", """{"contentUrls":["http://127.0.0.1:9/a.wav"],"locale":"en-US","displayName":"Made for an example"}""");
        var path = new Uri((string)made.Body["self"]!).AbsolutePath[root.Length..];
        for (var i = 0; i < 600 && (string?)(await CallAsync("GET", path, null)).Body["status"] != "Failed"; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        values["id"] = path.Split('/')[^1];
        values["fileId"] = ((string)(await CallAsync("GET", path + "/files", null)).Body["values"]![0]!["self"]!).Split('/')[^1];
    }

    /// <summary>The web hook that the path presumes, whose address has agreed.</summary>
    private async Task MakeHookAsync(JsonObject values)
    {
        await using var web = await LocalWeb.StartAsync(context => context.Response.WriteAsync(context.Request.Query["validationToken"].ToString()));
        var made = await CallAsync("POST", "/webhooks", $$$"""{"webUrl":"{{{web.Address}}}","displayName":"Made for an example","events":{"ping":true}}""");
        var path = new Uri((string)made.Body["self"]!).AbsolutePath[root.Length..];
        await Waits.UntilAsync(async () => (string?)(await CallAsync("GET", path, null)).Body["status"] == "Succeeded");
        values["id"] = path.Split('/')[^1];
    }

    /// <summary>The synthesis, or the operation of one, that the path presumes; one that the example makes itself is out of its way.</summary>
    private async Task MakeSynthesisAsync(ExampleCase example, JsonObject values)
    {
        var (query, id) = (example.Query(values), (string)values["id"]!);
        var path = $"/batchsyntheses/{(example.Template.StartsWith("/operations", StringComparison.Ordinal) ? "made-for-an-example" : id)}{query}";
        await CallAsync("DELETE", path, null);
        if (example.Method != "PUT")
        {
            const string order = """{"inputKind":"PlainText","synthesisConfig":{"voice":"en-US-JennyNeural"},"inputs":[{"content":"Hello."}]}""";
            var made = await client.CallAsync("PUT", root + path, order, ("api-key", service.Key), ("Operation-Id", Guid.TryParse(id, out _) ? id : Guid.NewGuid().ToString()));
            for (var i = 0; i < 600 && (string?)(await CallAsync("GET", path, null)).Body["status"] is not ("Succeeded" or "Failed"); i++)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            Assert.Equal(201, (int)made.Status);
        }
    }

    private static bool IsVision(ExampleCase example) => example.Template.StartsWith("/imageanalysis:analyze", StringComparison.Ordinal);

    /// <summary>A real image goes in the place of the published one, which is an address elsewhere or a word.</summary>
    private async Task<Answer> SendImageAsync(string path)
    {
        using var image = new ByteArrayContent(Gateway.Vision.VisionScene.Image("sign.png")) { Headers = { ContentType = new("application/octet-stream") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = image, Headers = { { "api-key", service.Key } } };
        return await Answer.ReadAsync(await client.SendAsync(request, TestContext.Current.CancellationToken));
    }

    private static bool IsAudio(ExampleCase example) => example.Template.Contains("/audio/trans", StringComparison.Ordinal);

    private static bool IsSpeech(ExampleCase example) => example.Template.EndsWith("/audio/speech", StringComparison.Ordinal);

    /// <summary>The answer is audio, which is published as a string of bytes.</summary>
    private async Task<Answer> HearAsync(string path, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), Headers = { { "api-key", service.Key } } };
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return await Answer.ReadAsync(answer);
        }

        Assert.StartsWith("audio/", answer.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return new(answer.StatusCode, [], answer);
    }

    /// <summary>The published forms leave the audio out; real audio goes in its place.</summary>
    private async Task<Answer> SendAudioAsync(string path, ExampleCase example)
    {
        var wantsText = example.Name.Contains("text response format", StringComparison.Ordinal) || example.Name.Contains("AsPlainText", StringComparison.Ordinal);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(HearingScene.Amiable), "file", "file.wav" },
            { new StringContent(wantsText ? "text" : "json"), "response_format" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = form, Headers = { { "api-key", service.Key } } };
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode || !wantsText)
        {
            return await Answer.ReadAsync(answer);
        }

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        return new(answer.StatusCode, new JsonObject { ["text"] = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) }, answer);
    }

    /// <summary>The list that the path presumes, with an item whose id stands for the published one.</summary>
    private async Task MakeBlocklistAsync(ExampleCase example, JsonObject values)
    {
        var list = $"/text/blocklists/{(string)values["blocklistName"]!}";
        await CallAsync("PATCH", list + example.Query(values), "{}");
        var added = await CallAsync("POST", $"{list}:addOrUpdateBlocklistItems{example.Query(values)}", """{"blocklistItems":[{"text":"hate"}]}""");
        values["blocklistItemId"] = (string)added.Body["blocklistItems"]![0]!["blocklistItemId"]!;
    }

    private Task<Answer> CallAsync(string method, string path, string? body) =>
        client.CallAsync(method, root + path, body, ("api-key", service.Key), ("Ocp-Apim-Subscription-Key", service.Key));

    private static string? Compare(ExampleCase example, Answer answer)
    {
        if (!example.Responses.ContainsKey($"{(int)answer.Status}"))
        {
            return $"status not among {string.Join(", ", example.Responses.Select(r => r.Key))}: {answer}";
        }

        // Plain text is published as a string, which it is, and audio as bytes.
        var problems = answer.Message.Content.Headers.ContentType?.MediaType is not "text/plain" and not ['a', 'u', 'd', 'i', 'o', '/', ..] && example.ResponseSchema((int)answer.Status) is { } schema ? SchemaCheck.Check(schema.File, schema.Schema, answer.Whole).ToList() : [];
        return problems.Count == 0 ? null : string.Join("; ", problems.Take(5)) + $" in {answer}";
    }
}
