using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>What a hub, and any workspace that has no hub above it, must be. Pure.</summary>
internal static class HubRules
{
    private static readonly string[] WithUserIdentity = ["storageAccount", "keyVault", "containerRegistry"];

    /// <summary>All mistakes of a document as it is to be.</summary>
    /// <param name="before">The stored document; null for a new one.</param>
    /// <param name="after">The document as it is to be.</param>
    public static IEnumerable<Problem> Check(JsonObject? before, JsonObject after)
    {
        var properties = Properties(after);
        var old = before is null ? null : Properties(before);
        return
        [
            .. CheckKind(after, properties),
            .. before is null ? CheckUserIdentity(after, properties) : [],
            .. CheckPrimaryIdentity(after, properties),
            .. EncryptionRules.Check(before is null, old?["encryption"] as JsonObject, properties["encryption"] as JsonObject),
            .. ManagedNetworkRules.Check(old?["managedNetwork"] as JsonObject, properties["managedNetwork"] as JsonObject),
        ];
    }

    /// <summary>What a PUT leaves out although it cannot be undone stays; what only the service says is taken out.</summary>
    public static void Complete(JsonObject? before, JsonObject after)
    {
        var properties = Properties(after);
        var old = before is null ? null : Properties(before);
        ManagedNetworkRules.DropRequired(properties["managedNetwork"] as JsonObject);
        ManagedNetworkRules.KeepEnabled(old?["managedNetwork"] as JsonObject, properties);
        if (old?["encryption"] is JsonObject encryption && (properties["encryption"] as JsonObject)?["keyVaultProperties"]?["keyIdentifier"] is null)
        {
            properties["encryption"] = encryption.DeepClone();
        }

        if (before is null)
        {
            properties["hbiWorkspace"] ??= false;
        }
    }

    /// <summary>Ids of resources that the document names and that must be there, each with the field that names it.</summary>
    public static IEnumerable<(string Field, string Id)> Named(JsonObject after)
    {
        var properties = Properties(after);
        foreach (var field in (string[])["storageAccount", "keyVault", "containerRegistry"])
        {
            if (properties.Text(field) is { } id)
            {
                yield return ($"properties.{field}", id);
            }
        }

        if ((properties["encryption"]?["keyVaultProperties"] as JsonObject)?.Text("keyVaultArmId") is { } vault)
        {
            yield return ("properties.encryption.keyVaultProperties.keyVaultArmId", vault);
        }

        if (properties["workspaceHubConfig"] is not JsonObject config)
        {
            yield break;
        }

        if (config.Text("defaultWorkspaceResourceGroup") is { } group)
        {
            yield return ("properties.workspaceHubConfig.defaultWorkspaceResourceGroup", group);
        }

        var accounts = config["additionalWorkspaceStorageAccounts"] as JsonArray ?? [];
        for (var i = 0; i < accounts.Count; i++)
        {
            if (accounts[i] is { } account)
            {
                yield return ($"properties.workspaceHubConfig.additionalWorkspaceStorageAccounts[{i}]", account.GetValue<string>());
            }
        }
    }

    private static IEnumerable<Problem> CheckKind(JsonObject after, JsonObject properties)
    {
        var kind = Workspaces.KindOf(after);
        if (properties.ContainsKey("hubResourceId"))
        {
            yield return new("properties.hubResourceId", $"'properties.hubResourceId' belongs to kind {Workspaces.ProjectKind}; this is kind {kind}.");
        }

        if (properties.ContainsKey("workspaceHubConfig") && kind != Workspaces.HubKind)
        {
            yield return new("properties.workspaceHubConfig", $"'properties.workspaceHubConfig' belongs to kind {Workspaces.HubKind}; this is kind {kind}.");
        }

        if (properties.ContainsKey("featureStoreSettings") && kind == Workspaces.HubKind)
        {
            yield return new("properties.featureStoreSettings", $"'properties.featureStoreSettings' belongs to kind {Workspaces.FeatureStoreKind}; this is kind {kind}.");
        }

        if (kind == Workspaces.HubKind && (properties["serverlessComputeSettings"] as JsonObject)?.ContainsKey("serverlessComputeCustomSubnet") == true)
        {
            yield return new(
                "properties.serverlessComputeSettings.serverlessComputeCustomSubnet",
                "A hub does not take a virtual network of your own. Use properties.managedNetwork.");
        }
    }

    private static IEnumerable<Problem> CheckUserIdentity(JsonObject after, JsonObject properties)
    {
        if (!HasUserIdentity(after))
        {
            yield break;
        }

        foreach (var field in WithUserIdentity.Where(f => !properties.ContainsKey(f)))
        {
            yield return new(
                $"properties.{field}",
                $"'properties.{field}' is required with a user-assigned identity: such an identity must have been given rights on a resource that is there.",
                ProblemCodes.Required);
        }
    }

    private static IEnumerable<Problem> CheckPrimaryIdentity(JsonObject after, JsonObject properties)
    {
        if (properties.Text("primaryUserAssignedIdentity") is { } primary
            && (after["identity"]?["userAssignedIdentities"] as JsonObject)?.Any(i => i.Key.Equals(primary, StringComparison.OrdinalIgnoreCase)) != true)
        {
            yield return new("properties.primaryUserAssignedIdentity", "It must be one of 'identity.userAssignedIdentities'.");
        }
    }

    private static bool HasUserIdentity(JsonObject after) =>
        (after["identity"] as JsonObject)?.Text("type")?.Contains("UserAssigned", StringComparison.Ordinal) == true;

    private static JsonObject Properties(JsonObject document) => (JsonObject)(document["properties"] ??= new JsonObject());
}
