using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Batches;

/// <summary>
/// Carries out batches, a few at a time and each with few calls at once, so that callers who wait go first. Whatever was accepted is taken up again after a crash,
/// here or on another node, where it stood.
/// </summary>
internal sealed partial class BatchRunner(
    BatchStore batches, BatchAnswerer answerer, FileStore files, Directory.GatewayState gateway, IOptions<AtriumOptions> options, TimeProvider clock, ILogger<BatchRunner> logger) : BackgroundService
{
    private const int BatchesAtOnce = 2;
    private const int CallsAtOnce = 2;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private readonly string node = NodeId.ReadOrCreate(options.Value.Data);
    private readonly string folder = Path.Combine(files.Folder, "batches");
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim woken = new(0);

    /// <summary>There is a new batch, or one to be cancelled.</summary>
    public void Wake() => woken.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        PrivateFile.CreateFolder(folder);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (running.Count < BatchesAtOnce && await batches.LeaseAsync(node, Lease, running.Keys.ToHashSet(StringComparer.Ordinal), stoppingToken) is { } batch)
                {
                    running[batch.Row.Key] = RunAsync(batch, stoppingToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }

            await ((Task)woken.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(KeptBatch batch, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await WorkAsync(batch, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The lease runs out, and it is tried again.
            LogBatchFailed(failure, batch.Id);
        }
        finally
        {
            running.TryRemove(batch.Row.Key, out _);
            Wake();
        }
    }

    private async Task WorkAsync(KeptBatch batch, CancellationToken cancellationToken)
    {
        var model = await gateway.ReadAsync(cancellationToken);
        if (model.FindOwner(batch.Owner) is not { } owner)
        {
            return;
        }

        var input = (string)batch.View["input_file_id"]!;
        if (await files.FindAsync(owner, input, cancellationToken) is null)
        {
            await FailAsync(batch, [new JsonObject { ["code"] = "invalid_input_file", ["message"] = $"The file '{input}' has gone.", ["param"] = "input_file_id", ["line"] = null }], cancellationToken);
            return;
        }

        if (batch.Status == "validating" && !await ValidateAsync(batch, files.PathOf(input), cancellationToken))
        {
            return;
        }

        using var output = BatchOutput.Open(Path.Combine(folder, batch.Id));
        var end = await AskAllAsync(batch, files.PathOf(input), output, cancellationToken);
        await FinishAsync(batch, owner, output, end, cancellationToken);
        File.Delete(Path.Combine(folder, batch.Id));
    }

    private async Task<bool> ValidateAsync(KeptBatch batch, string input, CancellationToken cancellationToken)
    {
        var (errors, lines) = await BatchInput.CheckAsync(input, (string)batch.View["endpoint"]!, cancellationToken);
        if (errors.Count > 0)
        {
            await FailAsync(batch, errors, cancellationToken);
            return false;
        }

        await batches.ChangeAsync(
            batch.Row.Key,
            view =>
            {
                view["status"] = (string?)view["status"] == "validating" ? "in_progress" : view["status"]!.DeepClone();
                view["in_progress_at"] = Now();
                view["request_counts"]!["total"] = lines;
                return true;
            },
            isEnd: false,
            cancellationToken);
        return true;
    }

    /// <summary>How the batch ends: completed, cancelled or expired.</summary>
    private async Task<string> AskAllAsync(KeptBatch batch, string input, BatchOutput output, CancellationToken cancellationToken)
    {
        var operation = BatchInput.Find((string)batch.View["endpoint"]!)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = "completed";
        var watching = WatchAsync(batch, output, reason =>
        {
            end = reason;
            stop.Cancel();
        }, stop.Token);
        try
        {
            // Lines that are answered already are known before the loop; it never asks one of them.
            var known = output.Answered.ToHashSet(StringComparer.Ordinal);
            var left = BatchInput.ReadAsync(input, stop.Token).Where(line => !known.Contains(line.CustomId));
            await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = stop.Token }, async (line, token) =>
                output.Add(await answerer.AnswerAsync(batch, line, operation, token)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && end != "completed")
        {
            // What was answered until then is the batch's outcome.
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return end == "lost" ? throw new OperationCanceledException("Another node has the batch.") : end;
    }

    /// <summary>Keeps the lease, tells how far it is, and sees when the batch is to end early.</summary>
    private async Task WatchAsync(KeptBatch batch, BatchOutput output, Action<string> end, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Tell, clock, cancellationToken);
            if (!await batches.RenewAsync(batch, node, Lease, cancellationToken))
            {
                end("lost");
                return;
            }

            var now = await batches.ChangeAsync(batch.Row.Key, view => Count(view, output), isEnd: false, cancellationToken);
            var early = now is null ? "lost" : now.Status == "cancelling" ? "cancelled" : (long)now.View["expires_at"]! <= Now() ? "expired" : null;
            if (early is not null)
            {
                end(early);
                return;
            }
        }
    }

    private async Task FinishAsync(KeptBatch batch, Directory.KeyOwner owner, BatchOutput output, string end, CancellationToken cancellationToken)
    {
        await batches.ChangeAsync(
            batch.Row.Key,
            view =>
            {
                view["status"] = end == "cancelled" ? "cancelling" : "finalizing";
                view["finalizing_at"] ??= Now();
                return Count(view, output);
            },
            isEnd: false,
            cancellationToken);
        var done = await KeepAsync(batch, owner, output, failed: false, cancellationToken);
        var failed = await KeepAsync(batch, owner, output, failed: true, cancellationToken);
        await batches.ChangeAsync(
            batch.Row.Key,
            view =>
            {
                (view["status"], view[$"{end}_at"], view["output_file_id"], view["error_file_id"]) = (end, Now(), done, failed);
                return true;
            },
            isEnd: true,
            cancellationToken);
    }

    /// <summary>The answers with that outcome as a file of the owner's; null where there is none.</summary>
    private async Task<string?> KeepAsync(KeptBatch batch, Directory.KeyOwner owner, BatchOutput output, bool failed, CancellationToken cancellationToken)
    {
        var path = files.NewIncoming();
        if (!await output.CopyAsync(path, failed, cancellationToken))
        {
            File.Delete(path);
            return null;
        }

        var file = await files.AddAsync(owner, path, $"{batch.Id}_{(failed ? "error" : "output")}.jsonl", "batch_output", expires: null, cancellationToken);
        return (string)file["id"]!;
    }

    private Task<KeptBatch?> FailAsync(KeptBatch batch, JsonArray errors, CancellationToken cancellationToken) => batches.ChangeAsync(
        batch.Row.Key,
        view =>
        {
            (view["status"], view["failed_at"]) = ("failed", Now());
            view["errors"] = new JsonObject { ["object"] = "list", ["data"] = errors.DeepClone() };
            return true;
        },
        isEnd: true,
        cancellationToken);

    private static bool Count(JsonObject view, BatchOutput output)
    {
        view["request_counts"]!["completed"] = output.Completed;
        view["request_counts"]!["failed"] = output.Failed;
        return true;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(LogLevel.Error, "Batches could not be taken up.")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Error, "Batch {Batch} could not go on; it is tried again.")]
    private partial void LogBatchFailed(Exception failure, string batch);
}
