using Atrium.Persistence;

namespace Atrium.Server.Resources.Operations;

/// <summary>What a long-running operation does, as its row says.</summary>
internal static class OperationKinds
{
    public const string Provision = "provision";
    public const string Delete = "delete";
    public const string ActionPrefix = "action/";
    public const string PurgeInput = """{"purge":true}""";

    public static bool IsPurge(StoredOperation operation) => operation.Input == PurgeInput;

    public static StoredOperation Start(string kind, Contracts.ResourceId id, ResourceRequest request, DateTimeOffset now, string? input = null) => new()
    {
        Id = Guid.NewGuid().ToString(),
        Kind = kind,
        ResourceKey = id.Key,
        ResourceId = id.Text,
        Status = OperationStatus.Running,
        Input = input,
        StartedAt = now,
        Caller = request.Caller.ObjectId,
        CorrelationId = request.CorrelationId,
    };
}
