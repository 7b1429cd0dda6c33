using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>Analyzes texts for what several tasks ask. Tasks that are done are not done again after a crash.</summary>
internal sealed class LanguageJob(TextAnalysis analysis, GatewayState gateway, Metering metering, TimeProvider clock) : IJobKind
{
    public const string Kind = "textanalyses";
    public const string NotStarted = "notStarted";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelling = "cancelling";
    public const string Cancelled = "cancelled";
    private const string Operation = "language:analyze-text.job";
    private static readonly string[] Ends = [Succeeded, Failed, Cancelled];

    /// <summary>As published.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public string Name => Kind;

    public int AtOnce => 2;

    /// <summary>How the results of a kind of analysis are named in a job.</summary>
    public static string ResultsOf(string kind) => $"{kind}LROResults";

    public static bool HasEnded(JsonObject view) => Ends.Contains((string?)view["status"]);

    public string? EndsEarly(JsonObject view, DateTimeOffset now) => (string?)view["status"] == Cancelling ? Cancelled : null;

    public DateTimeOffset? KeptUntil(JsonObject view) => HasEnded(view) ? view["expirationDateTime"]!.GetValue<DateTimeOffset>() : null;

    public void GiveUp(JsonObject view, DateTimeOffset now) => End(view, Failed, "The server could not carry out the job.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var tasks = run.Job.Request["tasks"]!.AsArray();
        try
        {
            for (var at = run.Job.View["tasks"]!["items"]!.AsArray().Count; at < tasks.Count; at++)
            {
                var task = tasks[at]!.AsObject();
                var request = AnalyzeTextRequest.Read(Body(task, run.Job.Request["analysisInput"]!), TextDialect.Language, isJob: true);
                var item = new JsonObject { ["kind"] = ResultsOf(request.Kind.Name), ["taskName"] = task["taskName"]?.DeepClone(), ["status"] = Succeeded, ["results"] = await analysis.ResultsAsync(request, hasStatistics: true, cancellationToken) };
                await run.ChangeAsync(view => Add(view, item.DeepClone().AsObject()), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (run.EndsEarly is not null)
        {
            return view => End(view, Cancelled, null);
        }
        catch (ApiException unable) when (unable.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return view => End(view, Failed, unable.Message);
        }

        await CountAsync(run, tasks.Count * run.Job.Request["analysisInput"]!["documents"]!.AsArray().Count, cancellationToken);
        return view => End(view, Succeeded, null);
    }

    /// <summary>A task as a request of its own.</summary>
    public static JsonElement Body(JsonObject task, JsonNode input) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["kind"] = task["kind"]?.DeepClone(), ["analysisInput"] = input.DeepClone(), ["parameters"] = task["parameters"]?.DeepClone(),
    });

    /// <summary>Usage counts each document once a task, once for a job.</summary>
    private async Task CountAsync(JobRun run, int documents, CancellationToken cancellationToken) => metering.Record(
        new GatewayCall(new DefaultHttpContext(), Operation, Stopwatch.GetTimestamp())
        {
            Id = new(SHA256.HashData(Encoding.UTF8.GetBytes(run.Job.Row.Key)).AsSpan(0, 16)),
            Owner = run.Owner,
            Model = await gateway.ReadAsync(cancellationToken),
            CallerName = run.Job.Caller,
            ModelName = "atrium-text-analysis",
            TokensIn = documents,
        },
        StatusCodes.Status200OK);

    private void Add(JsonObject view, JsonObject item)
    {
        var now = clock.GetUtcNow();
        item["lastUpdateDateTime"] = now;
        var tasks = view["tasks"]!;
        tasks["items"]!.AsArray().Add(item);
        (tasks["completed"], tasks["inProgress"]) = ((int)tasks["completed"]! + 1, (int)tasks["inProgress"]! - 1);
        (view["lastUpdatedDateTime"], view["status"]) = (now, (string?)view["status"] == NotStarted ? Running : view["status"]!.DeepClone());
    }

    private void End(JsonObject view, string status, string? message)
    {
        (view["status"], view["lastUpdatedDateTime"]) = (status, clock.GetUtcNow());
        if (message is not null)
        {
            view["errors"] = new JsonArray(new JsonObject { ["code"] = "InternalServerError", ["message"] = message });
        }
    }
}
