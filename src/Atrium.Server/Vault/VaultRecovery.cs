using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>How long what is deleted in a vault can come back, and whether it may be purged before. Pure.</summary>
internal static class VaultRecovery
{
    private const int DefaultRetentionDays = 90;

    public static bool IsProtected(Resource vault) => vault.Properties["enablePurgeProtection"] is JsonValue flag && flag.GetValue<bool>();

    public static int RetentionDays(Resource vault) => vault.Properties["softDeleteRetentionInDays"]?.GetValue<int>() ?? DefaultRetentionDays;

    /// <summary>The attributes of a document as they are shown.</summary>
    public static JsonObject Attributes(JsonObject document, Resource vault)
    {
        var attributes = document["attributes"]!.DeepClone().AsObject();
        attributes["recoveryLevel"] = IsProtected(vault) ? "Recoverable" : "Recoverable+Purgeable";
        attributes["recoverableDays"] = RetentionDays(vault);
        return attributes;
    }

    /// <summary>What a deleted one shows besides.</summary>
    public static void Show(JsonObject bundle, HttpRequest request, VaultKind kind, VaultItem item)
    {
        bundle["recoveryId"] = VaultKind.IdOf(request, kind.Deleted, item.Id.Name);
        bundle["deletedDate"] = (long)item.Document["deletedDate"]!;
        bundle["scheduledPurgeDate"] = item.Row.PurgeAt!.Value.ToUnixTimeSeconds();
    }

    /// <exception cref="ApiException">403: the vault has purge protection.</exception>
    public static void DemandPurgeable(Resource vault, VaultKind kind)
    {
        if (IsProtected(vault))
        {
            throw ApiException.Forbidden(
                "ForbiddenByPolicy", $"Operation purge is not enabled for this vault: it has purge protection. The {kind.Word.ToLowerInvariant()} goes when its time is over.");
        }
    }
}
