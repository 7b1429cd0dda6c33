using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;

namespace Atrium.Server.Gateway.Language;

/// <summary><c>/text/analytics/v3.1/analyze</c>: the jobs of <c>/language</c> with their tasks in a list for each kind.</summary>
internal sealed class TextAnalyticsJobs(LanguageJobCalls jobs, Metering metering)
{
    private const string Segment = "/text/analytics/";

    /// <summary>Of a task's documents on a page, as published.</summary>
    private const int UsualTop = 20;
    private const int MostTop = 50;
    private const int MostSkip = 1_000_000;

    private static readonly (string List, string Kind)[] Lists =
    [
        ("entityRecognitionTasks", "EntityRecognition"), ("entityRecognitionPiiTasks", AnalysisKind.PersonalData), ("keyPhraseExtractionTasks", AnalysisKind.Phrases),
        ("entityLinkingTasks", "EntityLinking"), ("sentimentAnalysisTasks", AnalysisKind.Sentiment),
    ];

    public async Task SubmitAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();
        UnknownMembers.Refuse(call.Http.Request.Query, [], problems);
        UnknownMembers.Refuse(document.RootElement, "", ["displayName", "analysisInput", "tasks"], problems);
        var displayName = document.RootElement.Text("displayName", problems);
        var body = JsonObject.Create(document.RootElement.Clone())!;
        var (input, tasks) = (body["analysisInput"] ?? new JsonObject(), ReadTasks(document.RootElement, problems));
        AnalyzeTextRequest.Refuse(problems);
        foreach (var task in tasks.OfType<JsonObject>())
        {
            AnalyzeTextRequest.Read(LanguageJob.Body(task, input), TextDialect.AnalyticsJob, isJob: true);
            if (task["parameters"] is JsonObject parameters && parameters.Remove(TextDialect.AnalyticsJob.ModelVersion, out var version))
            {
                parameters[TextDialect.Language.ModelVersion] = version;
            }
        }

        var id = await jobs.BeginAsync(call, displayName, input, tasks, cancellationToken);
        jobs.Accept(call, Segment, $"{Segment}v3.1/analyze/jobs/{id}");
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(call, cancellationToken);
        var (query, problems) = (call.Http.Request.Query, new List<Problem>());
        UnknownMembers.Refuse(query, ["showStats", "$top", "$skip"], problems);
        var (skip, top) = (TextQuery.Whole(query, "$skip", 0, MostSkip, problems) ?? 0, TextQuery.Whole(query, "$top", 1, MostTop, problems) ?? UsualTop);
        var hasStatistics = TextQuery.Flag(query, "showStats", problems) ?? false;
        AnalyzeTextRequest.Refuse(problems);
        var answer = View(job, skip, top, hasStatistics);
        if (job.Request["analysisInput"]!["documents"]!.AsArray().Count > skip + top)
        {
            answer["@nextLink"] = $"{LanguageJobCalls.Address(call, Segment)}{Segment}v3.1/analyze/jobs/{job.Id}?$skip={skip + top}&$top={top}{(hasStatistics ? "&showStats=true" : "")}";
        }

        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    /// <summary>The tasks of all lists, each with its kind.</summary>
    private static JsonArray ReadTasks(JsonElement body, List<Problem> problems)
    {
        var tasks = new JsonArray();
        if (body.TryGetProperty("tasks", out var given) && given.ValueKind is JsonValueKind.Object)
        {
            UnknownMembers.Refuse(given, "tasks.", [.. Lists.Select(one => one.List)], problems);
            foreach (var (name, kind) in Lists)
            {
                foreach (var task in given.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? list.EnumerateArray().ToArray() : [])
                {
                    var parameters = task.ValueKind is JsonValueKind.Object && task.TryGetProperty("parameters", out var own) ? own : default;
                    if (task.ValueKind is not JsonValueKind.Object || parameters.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
                    {
                        problems.Add(new($"tasks.{name}", $"'tasks.{name}' must be a list of objects, each with 'parameters'."));
                        continue;
                    }

                    UnknownMembers.Refuse(task, $"tasks.{name}.", ["taskName", "parameters"], problems);
                    tasks.Add(new JsonObject { ["kind"] = kind, ["taskName"] = task.Text("taskName", problems), ["parameters"] = parameters.ValueKind is JsonValueKind.Object ? JsonObject.Create(parameters) : null });
                }
            }
        }

        if (tasks.Count is 0 or > LanguageJobCalls.MostTasks && problems.Count == 0)
        {
            problems.Add(new("tasks", $"'tasks' must have one to {LanguageJobCalls.MostTasks} tasks in {string.Join(", ", Lists.Select(one => one.List))}."));
        }

        return tasks;
    }

    private static JsonObject View(KeptJob job, int skip, int top, bool hasStatistics)
    {
        var view = job.View;
        var counts = view["tasks"]!;
        var tasks = new JsonObject { ["completed"] = counts["completed"]!.DeepClone(), ["failed"] = counts["failed"]!.DeepClone(), ["inProgress"] = counts["inProgress"]!.DeepClone(), ["total"] = counts["total"]!.DeepClone() };
        var (items, errors) = (counts["items"]!.AsArray(), new JsonArray());
        foreach (var (at, asked) in job.Request["tasks"]!.AsArray().Index())
        {
            var list = Array.Find(Lists, one => one.Kind == (string?)asked!["kind"]).List;
            if (list is null || (at >= items.Count && (string?)view["status"] != LanguageJob.Failed))
            {
                continue;
            }

            var done = tasks[list] as JsonArray ?? (JsonArray)(tasks[list] = new JsonArray());
            done.Add(at < items.Count ? Task(items[at]!, skip, top, hasStatistics) : new JsonObject { ["lastUpdateDateTime"] = view["lastUpdatedDateTime"]!.DeepClone(), ["taskName"] = asked!["taskName"]?.DeepClone(), ["status"] = LanguageJob.Failed });
            if (at >= items.Count)
            {
                // Each task that was not done has its error, which points to it.
                errors.Add(new JsonObject { ["code"] = "InternalServerError", ["message"] = (string?)view["errors"]?[0]?["message"] ?? "", ["target"] = $"#/tasks/{list}/{done.Count - 1}" });
            }
        }

        return new()
        {
            ["jobId"] = job.Id, ["displayName"] = view["displayName"]?.DeepClone(), ["createdDateTime"] = view["createdDateTime"]!.DeepClone(), ["expirationDateTime"] = view["expirationDateTime"]!.DeepClone(),
            ["lastUpdateDateTime"] = view["lastUpdatedDateTime"]!.DeepClone(), ["status"] = view["status"]!.DeepClone(), ["errors"] = errors, ["tasks"] = tasks,
        };
    }

    /// <summary>A task with a page of what came of its documents: those that were analyzed, then those that were not.</summary>
    private static JsonObject Task(JsonNode item, int skip, int top, bool hasStatistics)
    {
        var results = item["results"]!.DeepClone().AsObject();
        var (documents, errors) = (results["documents"]!.AsArray(), results["errors"]!.AsArray());
        var before = Math.Max(0, skip - documents.Count);
        (results["documents"], results["errors"]) = (Page(documents, skip, top), Page(errors, before, Math.Max(0, top - Math.Max(0, documents.Count - skip))));
        if (!hasStatistics)
        {
            TextStatistics.Remove(results);
        }

        return new() { ["lastUpdateDateTime"] = item["lastUpdateDateTime"]!.DeepClone(), ["taskName"] = item["taskName"]?.DeepClone(), ["status"] = item["status"]!.DeepClone(), ["results"] = results };
    }

    private static JsonArray Page(JsonArray list, int skip, int top) => [.. list.Skip(skip).Take(top).Select(item => item!.DeepClone())];
}
