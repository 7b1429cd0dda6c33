using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Responses.Conversations;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses.Background;

/// <summary>
/// A response that nobody has to wait for (OpenAI, Responses: <c>background</c>): a job whose view is the response itself. After a crash the model is asked again.
/// </summary>
internal sealed class BackgroundResponse(GatewayPipeline pipeline, ResponseMaker maker, ConversationStore conversations, GatewayState gateway, Metering metering, TimeProvider clock) : IJobKind
{
    public const string Kind = "backgroundresponses";
    public const string Cancelled = "cancelled";
    private const string Operation = "responses.background";
    private static readonly string[] Ends = ["completed", "incomplete", "failed", Cancelled];
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public string Name => Kind;

    public int AtOnce => 4;

    public static bool HasEnded(JsonObject view) => Ends.Contains((string?)view["status"]);

    public string? EndsEarly(JsonObject view, DateTimeOffset now) => (string?)view["status"] == Cancelled ? Cancelled : null;

    public DateTimeOffset? KeptUntil(JsonObject view) => HasEnded(view) ? DateTimeOffset.FromUnixTimeSeconds((long)view["created_at"]!) + ResponseStore.Retention : null;

    public void GiveUp(JsonObject view, DateTimeOffset now) => ResponseDocument.Fail(view, "server_error", "The server could not make the response.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (HasEnded(job.View))
        {
            return _ => { };
        }

        var response = new ResponseDocument(job.View.DeepClone().AsObject());
        response.Body["status"] = "in_progress";
        await run.ChangeAsync(view => view["status"] = HasEnded(view) ? view["status"]!.DeepClone() : "in_progress", cancellationToken);
        using var log = ResponseLog.Begin(run.Folder);
        var call = new GatewayCall(new DefaultHttpContext(), Operation, Stopwatch.GetTimestamp())
        {
            // The same for each try, so that a crash between the row and the end leaves one row.
            Id = new(SHA256.HashData(Encoding.UTF8.GetBytes(job.Row.Key)).AsSpan(0, 16)),
            Owner = run.Owner,
            Model = await gateway.ReadAsync(cancellationToken),
            CallerName = job.Caller,
            Tags = (string?)job.Request["tags"] ?? "",
        };
        try
        {
            pipeline.ResolveDeployment(call, (string?)job.Request["deployment"], ModelKind.Chat);
            await AskAsync(call, job, response, log, cancellationToken);
        }
        catch (OperationCanceledException) when (run.EndsEarly is not null)
        {
            metering.Record(call, StatusCodes.Status499ClientClosedRequest);
            return _ => { };
        }
        catch (Exception failure) when (failure is not OperationCanceledException && GatewayPipeline.RefusalOf(call, failure) is ApiException refused)
        {
            metering.Record(call, refused.Status);
            response.Fail(refused);
            log.Events.Write("response.failed", new() { ["response"] = response.Body.DeepClone() });
            await log.FlushAsync(cancellationToken);
            return view => End(view, response.Body);
        }

        if ((string?)response.Body["conversation"]?["id"] is { } conversation)
        {
            await conversations.AddTurnAsync(run.Owner, conversation, response.Id, job.Request["items"]!.AsArray(), response.Output, cancellationToken);
        }

        metering.Record(call, StatusCodes.Status200OK);
        return view => End(view, response.Body);
    }

    /// <summary>Where the model has too much to do, those who wait for their answers go first, and it is asked again.</summary>
    private async Task AskAsync(GatewayCall call, KeptJob job, ResponseDocument response, ResponseLog log, CancellationToken cancellationToken)
    {
        var chat = job.Request["chat"]!.Deserialize<JsonElement>();
        for (var wait = TimeSpan.FromMilliseconds(200); ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await maker.MakeAsync(call, chat, response, () => log.Events, log.FlushAsync, cancellationToken);
                await log.FlushAsync(cancellationToken);
                return;
            }
            catch (Exception busy) when (GatewayPipeline.RefusalOf(call, busy) is ApiException { Status: StatusCodes.Status429TooManyRequests })
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    /// <summary>Who cancelled it in time has the last word.</summary>
    private static void End(JsonObject view, JsonObject response)
    {
        if ((string?)view["status"] == Cancelled)
        {
            return;
        }

        foreach (var (name, value) in response)
        {
            view[name] = value?.DeepClone();
        }
    }
}
