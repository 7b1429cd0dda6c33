using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;

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
    TimeProvider clock,
    ILogger<OperationRunner> logger) : BackgroundService
{
    public const int MaxAttempts = 5;
    private const int MaxConflicts = 8;
    private const int Concurrency = 4;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private readonly string node = Guid.NewGuid().ToString();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                var due = await store.LeaseOperationsAsync(node, Concurrency, now, now + Lease, stoppingToken);
                await Task.WhenAll(due.Select(operation => RunAsync(operation, stoppingToken)));
                if (due.Count == 0)
                {
                    await queue.WaitAsync(Poll, clock, stoppingToken);
                }
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
            if (operation.Attempts >= MaxAttempts)
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
                Body = operation.Input is { } input ? JsonNode.Parse(input)?.AsObject() : null,
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

    [LoggerMessage(LogLevel.Error, "The list of operations could not be read.")]
    private partial void LogStoreFailed(Exception failure);
}
