using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Video;

/// <summary>Content Understanding (2025-11-01 and its previews) for videos: <c>analyze</c> begins a job, <c>analyzerResults</c> tells how far it is and what came of it.</summary>
internal sealed class VideoCalls(JobStore jobs, JobFolders folders, JobRunner runner, Metering metering, TimeProvider clock)
{
    public static readonly GatewayOperation Analyze = new("contentunderstanding.analyze", "analyzers:analyze", "Microsoft.CognitiveServices/accounts/ContentUnderstanding/analyzers/analyze/action", null);
    public static readonly GatewayOperation Read = new("contentunderstanding.read", "analyzers", "Microsoft.CognitiveServices/accounts/ContentUnderstanding/analyzers/read", null);
    public static readonly GatewayOperation Delete = new("contentunderstanding.delete", "analyzerResults", "Microsoft.CognitiveServices/accounts/ContentUnderstanding/analyzers/delete", null);

    /// <summary>As published for files that are sent.</summary>
    private const long MaxSent = 200L * 1024 * 1024;
    private const string Analyzer = "prebuilt-video";

    /// <summary>Other published names of it.</summary>
    private static readonly string[] Names = [Analyzer, "prebuilt-videoAnalyzer", "prebuilt-videoAnalysis"];

    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        DemandAnalyzer(call);
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var request = VideoRequest.Read(call.Http.Request.Query, document.RootElement);
        using var content = request.Data is null ? null : new MemoryStream(request.Data);
        await BeginAsync(call, new() { ["url"] = request.Url }, request.Name, content, cancellationToken);
    }

    public async Task AnalyzeBinaryAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        DemandAnalyzer(call);
        if (call.Http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxSent;
        }

        VideoRequest.Demand(call.Http.Request.Query);
        await BeginAsync(call, [], null, call.Http.Request.Body, cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        var view = job.View;
        var answer = new JsonObject { ["id"] = job.Id, ["status"] = view["status"]!.DeepClone(), ["percentCompleted"] = view["percentCompleted"]?.DeepClone() };
        if (view["error"] is { } error)
        {
            answer["error"] = error.DeepClone();
        }
        else if ((string?)view["status"] == VideoJob.Succeeded)
        {
            answer["result"] = new VideoFiles(folders.Of(job)).ReadResult();
        }

        await AnswerAsync(call, answer, cancellationToken);
    }

    /// <summary>Takes the result away; of one that is under way the work too, which ends within a second or so.</summary>
    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        await jobs.RemoveAsync(job, cancellationToken);
        if (job.View["endedAt"] is not null)
        {
            folders.Remove(job);
        }

        metering.Record(call, StatusCodes.Status204NoContent);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task ListAnalyzersAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerAsync(call, new() { ["value"] = new JsonArray(Description()) }, cancellationToken);

    public Task GetAnalyzerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        DemandAnalyzer(call);
        return AnswerAsync(call, Description(), cancellationToken);
    }

    private static JsonObject Description() => new()
    {
        ["analyzerId"] = Analyzer,
        ["description"] = "A timeline of a video: what is to be seen and read, and what is said (English).",
        ["status"] = "ready",
        ["createdAt"] = "2026-11-26T00:00:00Z",
        ["lastModifiedAt"] = "2026-11-26T00:00:00Z",
        ["config"] = new JsonObject { ["returnDetails"] = true },
    };

    private static void DemandAnalyzer(GatewayCall call)
    {
        var name = (string)call.Http.Request.RouteValues["analyzer"]!;
        if (Names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        throw name.StartsWith("prebuilt-", StringComparison.OrdinalIgnoreCase)
            ? ApiException.NotBuilt($"The analyzer '{name}'")
            : ApiException.NotFound("AnalyzerNotFound", $"There is no analyzer '{name}'. There is: {Analyzer}; analyzers of one's own are not built.");
    }

    /// <summary>What is sent lies in the job's folder before the job is there to be taken up.</summary>
    private async Task BeginAsync(GatewayCall call, JsonObject request, string? name, Stream? content, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = JobIds.New(now);
        if (content is not null)
        {
            await ReceiveAsync(folders.Of(call.Owner, VideoJob.Kind, id), content, cancellationToken);
        }

        var version = call.Http.Request.Query["api-version"].ToString();
        var view = new JsonObject { ["status"] = "NotStarted", ["analyzerId"] = Analyzer, ["apiVersion"] = version, ["createdAt"] = now, ["percentCompleted"] = 0, ["inputName"] = name };
        await jobs.AddAsync(call.Owner, VideoJob.Kind, id, call.CallerName, view, request, cancellationToken);
        runner.Wake();
        var address = $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{call.Http.Request.Path.Value![..call.Http.Request.Path.Value!.IndexOf("/contentunderstanding", StringComparison.OrdinalIgnoreCase)]}";
        call.Http.Response.Headers["Operation-Location"] = $"{address}/contentunderstanding/analyzerResults/{id}?api-version={Uri.EscapeDataString(version)}";
        call.Http.Response.StatusCode = StatusCodes.Status202Accepted;
        metering.Record(call, StatusCodes.Status202Accepted);
        call.Http.Response.ContentType = Metering.Json;
        await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["status"] = "NotStarted" }), cancellationToken);
    }

    private static async Task ReceiveAsync(string folder, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            long? size;
            await using (var target = File.Create(new VideoFiles(folder).Input))
            {
                size = await BoundedBody.CopyAsync(content, target, MaxSent, cancellationToken);
            }

            if (size is null or 0)
            {
                throw size is null ? ApiException.TooLarge(MaxSent) : ApiException.BadRequest("InvalidInput", "The request has no video. Send its bytes.");
            }
        }
        catch
        {
            System.IO.Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["result"]!;
        return (JobIds.IsId(id) ? await jobs.FindAsync(call.Owner, VideoJob.Kind, id, cancellationToken) : null) ?? throw ApiException.NotFound("OperationNotFound", $"There is no result '{id}'.");
    }

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
}
