using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
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
    public const int MostTasks = 10;
    private const string Path = "/language/analyze-text/jobs";
    private const int MostItems = 1000;

    public async Task SubmitAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();
        foreach (var name in (string[])["cancelAfter", "defaultLanguage"])
        {
            _ = document.RootElement.TryGetProperty(name, out _) ? throw ApiException.NotBuilt($"'{name}' of a job") : 0;
        }

        UnknownMembers.Refuse(document.RootElement, "", ["displayName", "analysisInput", "tasks"], problems);
        var displayName = document.RootElement.Text("displayName", problems);
        AnalyzeTextRequest.Refuse(problems);
        var body = JsonObject.Create(document.RootElement.Clone())!;
        if (body["tasks"] is not JsonArray { Count: >= 1 and <= MostTasks } tasks || !tasks.All(task => task is JsonObject))
        {
            throw ApiException.BadRequest(AnalyzeTextRequest.WrongBody, $"'tasks' must be a list of one to {MostTasks} objects, each with a 'kind'.", "tasks");
        }

        var input = body["analysisInput"] ?? new JsonObject();
        foreach (var (at, task) in document.RootElement.GetProperty("tasks").EnumerateArray().Index())
        {
            UnknownMembers.Refuse(task, $"tasks[{at}].", ["kind", "taskName", "parameters"], problems);
            task.Text("taskName", problems);
            AnalyzeTextRequest.Refuse(problems);

            // Read now, so that what is wrong is told to the one who asks.
            AnalyzeTextRequest.Read(LanguageJob.Body(tasks[at]!.AsObject(), input), TextDialect.Language, isJob: true);
        }

        var id = await BeginAsync(call, displayName, input, tasks, cancellationToken);
        Accept(call, "/language/", $"{Path}/{id}?api-version={Version(call)}");
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var view = (await FindAsync(call, cancellationToken)).View.DeepClone().AsObject();
        var (query, problems) = (call.Http.Request.Query, new List<Problem>());
        UnknownMembers.Refuse(query, ["api-version", "showStats", "top", "skip"], problems);
        var (skip, top) = (TextQuery.Whole(query, "skip", 0, MostItems, problems) ?? 0, TextQuery.Whole(query, "top", 1, MostItems, problems) ?? MostItems);
        var hasStatistics = TextQuery.Flag(query, "showStats", problems) ?? false;
        AnalyzeTextRequest.Refuse(problems);
        var items = view["tasks"]!["items"]!.AsArray();
        var page = items.Skip(skip).Take(top).Select(item => item!.DeepClone()).ToArray();
        foreach (var results in page.Select(item => item["results"]).OfType<JsonObject>().Where(_ => !hasStatistics))
        {
            TextStatistics.Remove(results);
        }

        if (items.Count > skip + top)
        {
            view["nextLink"] = $"{Address(call, "/language/")}{Path}/{view["jobId"]}?api-version={Version(call)}&skip={skip + top}&top={top}{(hasStatistics ? "&showStats=true" : "")}";
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
        Accept(call, "/language/", $"{Path}/{job.Id}?api-version={Version(call)}");
    }

    /// <summary>Puts a job down, whose tasks have been read.</summary>
    public async Task<string> BeginAsync(GatewayCall call, string? displayName, JsonNode input, JsonArray tasks, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = JobIds.New(now);
        var view = new JsonObject
        {
            ["jobId"] = id, ["displayName"] = displayName, ["createdDateTime"] = now, ["lastUpdatedDateTime"] = now, ["expirationDateTime"] = now + LanguageJob.Kept,
            ["status"] = LanguageJob.NotStarted, ["errors"] = new JsonArray(),
            ["tasks"] = new JsonObject { ["completed"] = 0, ["failed"] = 0, ["inProgress"] = tasks.Count, ["total"] = tasks.Count, ["items"] = new JsonArray() },
        };
        await jobs.AddAsync(call.Owner, LanguageJob.Kind, id, call.CallerName, view, new() { ["analysisInput"] = input.DeepClone(), ["tasks"] = tasks.DeepClone() }, cancellationToken);
        runner.Wake();
        return id;
    }

    /// <summary>The job that the path names.</summary>
    public async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["textJob"]!;
        return (JobIds.IsId(id) ? await jobs.FindAsync(call.Owner, LanguageJob.Kind, id, cancellationToken) : null) ?? throw ApiException.NotFound("NotFound", $"There is no job '{id}'.");
    }

    /// <summary>Answers 202 with where to ask for the job.</summary>
    public void Accept(GatewayCall call, string segment, string path)
    {
        call.Http.Response.Headers["operation-location"] = Address(call, segment) + path;
        call.Http.Response.StatusCode = StatusCodes.Status202Accepted;
        metering.Record(call, StatusCodes.Status202Accepted);
    }

    /// <summary>Of the service, as the client wrote it: what stands before a segment of the path.</summary>
    public static string Address(GatewayCall call, string segment)
    {
        var target = call.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{target[..target.IndexOf(segment, StringComparison.OrdinalIgnoreCase)]}";
    }

    private static string Version(GatewayCall call) => Uri.EscapeDataString(call.Http.Request.Query["api-version"].ToString());
}
