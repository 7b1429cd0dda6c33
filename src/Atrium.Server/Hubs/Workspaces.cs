using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>Names of the workspace resource and of what it leans on.</summary>
internal static class Workspaces
{
    public const string Type = "Microsoft.MachineLearningServices/workspaces";
    public const string TypeKey = "microsoft.machinelearningservices/workspaces";

    /// <summary>Demanded on the hub of whoever makes a project in it.</summary>
    public const string JoinHub = $"{Type}/hubs/join/action";

    public const string StorageType = "Microsoft.Storage/storageAccounts";
    public const string VaultType = "Microsoft.KeyVault/vaults";
    public const string RegistryType = "Microsoft.ContainerRegistry/registries";
    public const string AccountType = "Microsoft.CognitiveServices/accounts";
    public const string InsightsType = "Microsoft.Insights/components";
    public const string UserIdentityType = "Microsoft.ManagedIdentity/userAssignedIdentities";

    public const string HubKind = "hub";
    public const string ProjectKind = "project";
    public const string DefaultKind = "Default";
    public const string FeatureStoreKind = "FeatureStore";

    /// <summary>The kind of a stored or requested document; one without is a plain workspace.</summary>
    public static string KindOf(JsonObject document) => (string?)document["kind"] ?? DefaultKind;

    public static bool IsHub(JsonObject document) => KindOf(document) == HubKind;

    public static bool IsProject(JsonObject document) => KindOf(document) == ProjectKind;

    /// <summary>A value of a document as text; null where there is none.</summary>
    public static string? Text(this JsonObject document, string name) =>
        document[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
