using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Resources.Operations;

/// <summary>
/// Carries out long-running operations. They are rows in the store: whatever was accepted is taken up again after a crash, here or on another node,
/// and may therefore run twice.
/// </summary>
internal sealed partial class OperationRunner(
    IAtriumStore store,
    ResourceCatalog catalog,
    ResourceWriter writer,
    ResourceRemover remover,
    OperationQueue queue,
    ISecretCipher cipher,
    IOptions<AtriumOptions> options,
    TimeProvider clock,
    ILogger<OperationRunner> logger) : BackgroundService
{
    public const int MaxAttempts = 5;
    private const int MaxConflicts = 8;
    private const int Concurrency = 4;

    /// <summary>How long after its last sign of life the operations of a node that died are another's.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private readonly string node = NodeId.ReadOrCreate(options.Value.Data);
    private readonly List<Task> running = new(Concurrency);
    private DateTimeOffset renewAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isBack = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!isBack)
                {
                    // What this node had when it was killed is free at once.
                    await store.MoveLeasesAsync(node, clock.GetUtcNow(), stoppingToken);
                    isBack = true;
                }

                await StepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                LogStoreFailed(failure);
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Starts what there is room for and keeps the leases of what runs; then waits until there may be something to do.</summary>
    private async Task StepAsync(CancellationToken cancellationToken)
    {
        running.RemoveAll(task => task.IsCompleted);
        var now = clock.GetUtcNow();
        if (running.Count > 0 && now >= renewAt)
        {
            await store.MoveLeasesAsync(node, now + Lease, cancellationToken);
            renewAt = now + Renewal;
        }

        var room = Concurrency - running.Count;
        IReadOnlyList<StoredOperation> due = room > 0 ? await store.LeaseOperationsAsync(node, room, now, now + Lease, cancellationToken) : [];
        if (running.Count == 0)
        {
            renewAt = now + Renewal;
        }

        running.AddRange(due.Select(operation => RunAndWakeAsync(operation, cancellationToken)));
        if (due.Count == 0)
        {
            await queue.WaitAsync(Poll, clock, cancellationToken);
        }
    }

    /// <summary>Goes on while the store does not take the end: work may run twice.</summary>
    private async Task RunAndWakeAsync(StoredOperation operation, CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(operation, cancellationToken);
                break;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogStoreFailed(failure);
                await Task.Delay(Poll, clock, cancellationToken);
            }
        }

        queue.Wake();
    }

    private async Task RunAsync(StoredOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            var output = await DoAsync(operation, cancellationToken);
            await EndAsync(operation, OperationStatus.Succeeded, output, error: null, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (ApiException refused)
        {
            await FailAsync(operation, new ErrorBody { Code = refused.Code, Message = refused.Message, Target = refused.Target }, cancellationToken);
        }
        catch (Exception failure)
        {
            LogJobFailed(failure, operation.Id, operation.Kind, operation.ResourceId, operation.Attempts);
            if (operation.Attempts < MaxAttempts)
            {
                var later = operation with { LeasedBy = null, LeasedUntil = clock.GetUtcNow() + (Backoff * operation.Attempts) };
                await store.CommitAsync(new() { Operations = [later] }, cancellationToken);
            }
            else
            {
                var error = new ErrorBody { Code = "InternalServerError", Message = $"The operation failed {MaxAttempts} times. Correlation id: {operation.CorrelationId}." };
                await FailAsync(operation, error, cancellationToken);
            }
        }
    }

    private async Task<JsonNode?> DoAsync(StoredOperation operation, CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        var resource = await reader.FindAnyAsync(operation.ResourceKey, cancellationToken);
        if (resource is null)
        {
            return null;
        }

        var type = catalog.Find(resource.Id.Type) ?? throw new InvalidOperationException($"No type is declared for '{resource.Id}'.");
        var job = new JobContext { Operation = operation, Resource = resource, Reader = reader, Writer = writer };
        switch (operation.Kind)
        {
            case OperationKinds.Provision:
                await writer.FinishProvisioningAsync(job, await type.ProvisionAsync(job, cancellationToken), failed: false, cancellationToken);
                return null;
            case OperationKinds.Delete:
                await remover.RemoveAsync(resource, OperationKinds.IsPurge(operation), operation.Caller, operation.CorrelationId, cancellationToken);
                return null;
            default:
                var name = operation.Kind[OperationKinds.ActionPrefix.Length..];
                var action = type.Actions.First(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                return await ActAsync(operation, action, cancellationToken);
        }
    }

    /// <summary>Runs an action and writes what it changes; again from the start when another writer was faster.</summary>
    private async Task<JsonNode?> ActAsync(StoredOperation operation, ResourceAction action, CancellationToken cancellationToken)
    {
        var input = operation.Input is { } kept && action.HasSecretBody ? OperationKinds.Open(kept, operation.ResourceKey, cipher) : operation.Input;
        for (var attempt = 1; attempt <= MaxConflicts; attempt++)
        {
            var reader = new ResourceReader(store);
            if (await reader.FindAnyAsync(operation.ResourceKey, cancellationToken) is not { } resource)
            {
                return null;
            }

            var context = new ActionContext
            {
                Resource = resource,
                Reader = reader,
                Caller = new(operation.Caller, operation.Caller, "Application", [operation.Caller]),
                BaseUri = "",
                Body = input is null ? null : JsonNode.Parse(input)?.AsObject(),
            };
            var result = await action.RunAsync(context, cancellationToken);
            if (result.Commit is not { } commit || (await store.CommitAsync(commit, cancellationToken)).Committed)
            {
                return result.Body;
            }
        }

        throw ApiException.Conflict("ConcurrentWrites", $"Other writes of '{operation.ResourceId}' came first {MaxConflicts} times. Nothing was written. Try again.");
    }

    private async Task FailAsync(StoredOperation operation, ErrorBody error, CancellationToken cancellationToken)
    {
        if (operation.Kind == OperationKinds.Provision && await new ResourceReader(store).FindAnyAsync(operation.ResourceKey, cancellationToken) is { } resource)
        {
            var job = new JobContext { Operation = operation, Resource = resource, Reader = new(store), Writer = writer };
            await writer.FinishProvisioningAsync(job, change: null, failed: true, cancellationToken);
        }

        await EndAsync(operation, OperationStatus.Failed, output: null, error, cancellationToken);
    }

    private async Task EndAsync(StoredOperation operation, OperationStatus status, JsonNode? output, ErrorBody? error, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ended = operation with
        {
            Status = status,
            Output = output?.ToJsonString(),
            Error = error is null ? null : JsonSerializer.Serialize(error, JsonSerializerOptions.Web),
            PercentComplete = 100,
            EndedAt = now,
            LeasedBy = null,
            LeasedUntil = null,
        };
        var row = new ActivityRow
        {
            Time = now,
            Operation = operation.Kind,
            ResourceId = operation.ResourceId,
            Caller = operation.Caller,
            CorrelationId = operation.CorrelationId,
            Status = status.ToString(),
        };
        await store.CommitAsync(new() { Operations = [ended], Activity = [row] }, cancellationToken);
        LogEnded(operation.Id, operation.Kind, operation.ResourceId, status);
    }

    [LoggerMessage(LogLevel.Information, "Operation {Id} ({Kind}) of '{Resource}' ended: {Status}.")]
    private partial void LogEnded(string id, string kind, string resource, OperationStatus status);

    [LoggerMessage(LogLevel.Error, "Operation {Id} ({Kind}) of '{Resource}' failed at attempt {Attempt}.")]
    private partial void LogJobFailed(Exception failure, string id, string kind, string resource, int attempt);

    [LoggerMessage(LogLevel.Error, "The operations in the store could not be read or ended.")]
    private partial void LogStoreFailed(Exception failure);
}
