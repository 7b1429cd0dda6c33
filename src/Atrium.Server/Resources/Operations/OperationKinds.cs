using Atrium.Persistence;

namespace Atrium.Server.Resources.Operations;

/// <summary>What a long-running operation does, as its row says.</summary>
internal static class OperationKinds
{
    public const string Provision = "provision";
    public const string Delete = "delete";
    public const string ActionPrefix = "action/";
    private const string SealedInput = "operation-input";
    public const string PurgeInput = """{"purge":true}""";

    public static bool IsPurge(StoredOperation operation) => operation.Input == PurgeInput;

    /// <summary>An input that may hold a secret, as it is kept.</summary>
    public static string Seal(string input, Contracts.ResourceId id, ISecretCipher cipher) => Convert.ToBase64String(cipher.Encrypt(id.Key, SealedInput, input));

    public static string Open(string input, string resourceKey, ISecretCipher cipher) => cipher.Decrypt(resourceKey, SealedInput, Convert.FromBase64String(input));

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
