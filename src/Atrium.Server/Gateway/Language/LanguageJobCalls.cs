using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Gateway.Language;

/// <summary><c>/language/analyze-text/jobs</c>: several analyses of the same texts, answered when they are done.</summary>
internal sealed class LanguageJobCalls(JobStore jobs, JobRunner runner, Metering metering, TimeProvider clock)
{
    public static readonly GatewayOperation Submit = new("language:analyze-text.jobs", "language/analyze-text/jobs", TextAnalysis.Operation.DataAction, null);
    public static readonly GatewayOperation Read = new("language:analyze-text.jobs.read", "language/analyze-text/jobs", TextAnalysis.Operation.DataAction, null);
    private const int MostTasks = 10;

    public async Task SubmitAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var body = JsonObject.Create(document.RootElement.Clone())!;
        if (body["tasks"] is not JsonArray { Count: >= 1 and <= MostTasks } tasks || !tasks.All(task => task is JsonObject))
        {
            throw ApiException.BadRequest("InvalidRequestBodyFormat", $"'tasks' must be a list of one to {MostTasks} objects, each with a 'kind'.", "tasks");
        }

        var input = body["analysisInput"] ?? new JsonObject();
        foreach (var task in tasks.OfType<JsonObject>())
        {
            // Read now, so that what is wrong is told to the one who asks.
            AnalyzeTextRequest.Read(JsonSerializer.SerializeToElement(LanguageJob.Body(task, input)), isJob: true);
        }

        var now = clock.GetUtcNow();
        var id = JobIds.New(now);
        var view = new JsonObject
        {
            ["jobId"] = id, ["displayName"] = body["displayName"]?.DeepClone(), ["createdDateTime"] = now, ["lastUpdatedDateTime"] = now, ["expirationDateTime"] = now + LanguageJob.Kept,
            ["status"] = LanguageJob.NotStarted, ["errors"] = new JsonArray(),
            ["tasks"] = new JsonObject { ["completed"] = 0, ["failed"] = 0, ["inProgress"] = tasks.Count, ["total"] = tasks.Count, ["items"] = new JsonArray() },
        };
        await jobs.AddAsync(call.Owner, LanguageJob.Kind, id, call.CallerName, view, new() { ["analysisInput"] = input.DeepClone(), ["tasks"] = tasks.DeepClone() }, cancellationToken);
        runner.Wake();
        Accept(call, id);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var view = (await FindAsync(call, cancellationToken)).View.DeepClone().AsObject();
        var items = view["tasks"]!["items"]!.AsArray();
        var page = items.Skip(Whole(call, "skip") ?? 0).Take(Whole(call, "top") ?? items.Count).Select(item => item!.DeepClone()).ToArray();
        if (call.Http.Request.Query["showStats"] != "true")
        {
            foreach (var results in page.Select(item => item["results"]).OfType<JsonObject>())
            {
                results.Remove("statistics");
            }
        }

        view["tasks"]!["items"] = new JsonArray(page);
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(view), cancellationToken);
    }

    public async Task CancelAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        await jobs.ChangeAsync(
            job.Row.Key,
            view =>
            {
                if (LanguageJob.HasEnded(view))
                {
                    return false;
                }

                view["status"] = LanguageJob.Cancelling;
                return true;
            },
            isEnd: false,
            cancellationToken);
        runner.Wake();
        Accept(call, job.Id);
    }

    private void Accept(GatewayCall call, string id)
    {
        var target = call.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var root = target[..target.IndexOf("/language/", StringComparison.OrdinalIgnoreCase)];
        call.Http.Response.Headers["operation-location"] =
            $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{root}/language/analyze-text/jobs/{id}?api-version={Uri.EscapeDataString(call.Http.Request.Query["api-version"].ToString())}";
        call.Http.Response.StatusCode = StatusCodes.Status202Accepted;
        metering.Record(call, StatusCodes.Status202Accepted);
    }

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["textJob"]!;
        return (JobIds.IsId(id) ? await jobs.FindAsync(call.Owner, LanguageJob.Kind, id, cancellationToken) : null) ?? throw ApiException.NotFound("NotFound", $"There is no job '{id}'.");
    }

    private static int? Whole(GatewayCall call, string name) => call.Http.Request.Query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest("InvalidParameterValue", $"'{name}' must be a whole number; found '{text}'.", name);
}
