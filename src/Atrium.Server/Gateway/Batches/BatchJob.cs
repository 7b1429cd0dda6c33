using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Gateway.Jobs;

namespace Atrium.Server.Gateway.Batches;

/// <summary>Asks the lines of a batch, few at once, so that callers who wait go first. After a crash it goes on where it stood.</summary>
internal sealed class BatchJob(BatchAnswerer answerer, BatchQuota quota, FileStore files, TimeProvider clock) : IJobKind
{
    public const string Kind = "batches";
    private const string Output = "output";
    private const string OutputSeconds = "outputSeconds";
    private const int CallsAtOnce = 2;

    public string Name => Kind;

    public int AtOnce => 2;

    public bool KeepsFolder => false;

    /// <summary>What the work needs to know.</summary>
    /// <param name="outputExpiresAfter">How long its output is kept; null for ever.</param>
    public static JsonObject Request(TimeSpan? outputExpiresAfter) => outputExpiresAfter is { } time ? new() { [OutputSeconds] = (int)time.TotalSeconds } : [];

    public string? EndsEarly(JsonObject view, DateTimeOffset now) =>
        (string?)view["status"] == "cancelling" ? "cancelled" : (long)view["expires_at"]! <= now.ToUnixTimeSeconds() ? "expired" : null;

    public bool Tell(JobRun run, JsonObject view) => run.Progress is BatchOutput output && Count(view, output);

    public void GiveUp(JsonObject view, DateTimeOffset now) => Fail([Error("server_error", "The server could not carry out the batch.", null)])(view);

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var view = run.Job.View;
        var input = (string)view["input_file_id"]!;
        if (await files.FindAsync(run.Owner, input, cancellationToken) is null)
        {
            return Fail([Error("invalid_input_file", $"The file '{input}' has gone.", "input_file_id")]);
        }

        if ((string?)view["status"] == "validating")
        {
            var (errors, lines) = await BatchInput.CheckAsync(await files.OpenAsync(input, cancellationToken), (string)view["endpoint"]!, cancellationToken);
            if (errors.Count > 0)
            {
                return Fail(errors);
            }

            if (await quota.BeginAsync(run, lines, now => Begin(now, lines), cancellationToken) is { } enqueued)
            {
                return Fail([Error("request_limit_exceeded", $"The batch has {lines} requests, and the others here have {enqueued} that are not answered yet; together they may have {quota.MostRequests}. Try again when some have ended.", null)]);
            }
        }

        using var output = BatchOutput.Open(Path.Combine(run.Folder, Output));
        run.Progress = output;
        var end = await AskAllAsync(run, await files.OpenAsync(input, cancellationToken), output, cancellationToken);
        return await FinishAsync(run, output, end);
    }

    /// <summary>How the batch ends: completed, cancelled or expired.</summary>
    private async Task<string> AskAllAsync(JobRun run, Stream input, BatchOutput output, CancellationToken cancellationToken)
    {
        var operation = BatchInput.Find((string)run.Job.View["endpoint"]!)!;
        try
        {
            // Lines that are answered already are known before the loop; it never asks one of them.
            var known = output.Answered.ToHashSet(StringComparer.Ordinal);
            var left = BatchInput.ReadAsync(input, cancellationToken).Where(line => !known.Contains(line.CustomId));
            await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken }, async (line, token) =>
                output.Add(await answerer.AnswerAsync(run.Job, line, operation, token)));
            return "completed";
        }
        catch (OperationCanceledException) when (run.EndsEarly is not null)
        {
            // What was answered until then is the batch's outcome.
            return run.EndsEarly;
        }
    }

    private async Task<Action<JsonObject>> FinishAsync(JobRun run, BatchOutput output, string end)
    {
        await run.ChangeAsync(
            view =>
            {
                view["status"] = end == "cancelled" ? "cancelling" : "finalizing";
                view["finalizing_at"] ??= Now();
                Count(view, output);
            },
            CancellationToken.None);
        var done = await KeepAsync(run.Job, run.Owner, output, failed: false);
        var failed = await KeepAsync(run.Job, run.Owner, output, failed: true);
        return view => (view["status"], view[$"{end}_at"], view["output_file_id"], view["error_file_id"]) = (end, Now(), done, failed);
    }

    /// <summary>The answers with that outcome as a file of the owner's; null where there is none.</summary>
    private async Task<string?> KeepAsync(KeptJob batch, KeyOwner owner, BatchOutput output, bool failed)
    {
        var path = files.NewIncoming();
        if (!await output.CopyAsync(path, failed, CancellationToken.None))
        {
            File.Delete(path);
            return null;
        }

        var file = await files.AddAsync(owner, path, $"{batch.Id}_{(failed ? "error" : "output")}.jsonl", "batch_output", OutputTime(batch.Request), CancellationToken.None);
        return (string)file["id"]!;
    }

    private static TimeSpan? OutputTime(JsonObject request) => (int?)request[OutputSeconds] is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private void Begin(JsonObject view, int lines)
    {
        view["status"] = (string?)view["status"] == "validating" ? "in_progress" : view["status"]!.DeepClone();
        view["in_progress_at"] = Now();
        view["request_counts"]!["total"] = lines;
    }

    private Action<JsonObject> Fail(JsonArray errors) => view =>
    {
        (view["status"], view["failed_at"]) = ("failed", Now());
        view["errors"] = new JsonObject { ["object"] = "list", ["data"] = errors.DeepClone() };
    };

    private static JsonObject Error(string code, string message, string? param) => new() { ["code"] = code, ["message"] = message, ["param"] = param, ["line"] = null };

    private static bool Count(JsonObject view, BatchOutput output)
    {
        view["request_counts"]!["completed"] = output.Completed;
        view["request_counts"]!["failed"] = output.Failed;
        (view["model"], view["usage"]) = output.Used;
        return true;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}
