using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

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
        _ => null,
    };

    public async Task<Outcome> PlayAsync(ExampleCase example)
    {
        var values = example.Values.DeepClone().AsObject();
        foreach (var parameter in DeploymentParameters)
        {
            values[parameter] = example.Template.EndsWith("/embeddings", StringComparison.Ordinal) ? EmbeddedService.Embeddings : EmbeddedService.Chat;
        }

        if (example.Template.Contains("{blocklistName}", StringComparison.Ordinal))
        {
            await MakeBlocklistAsync(example, values);
        }

        var body = example.HasBody ? values[example.BodyName!] : null;
        var answer = await CallAsync(example.Method, example.Path(values) + example.Query(values), body is JsonValue text ? text.ToString() : body?.ToJsonString());
        return (int)answer.Status == NotImplemented ? Outcome.NotBuilt(answer) : Compare(example, answer) is { } problem ? Outcome.Failed(problem) : Outcome.Passed;
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

        var problems = example.ResponseSchema((int)answer.Status) is { } schema ? SchemaCheck.Check(schema.File, schema.Schema, answer.Body).ToList() : [];
        return problems.Count == 0 ? null : string.Join("; ", problems.Take(5)) + $" in {answer}";
    }
}
