using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>Backups of secrets and keys: every version with its value, under the installation's key. One opens in the subscription where it was made, as published.</summary>
internal sealed class VaultBackup(ISecretCipher cipher)
{
    public JsonObject Seal(Resource vault, VaultKind kind, VaultItem item, JsonArray versions)
    {
        var backup = new JsonObject { ["name"] = item.Id.Name, ["current"] = item.Version, ["versions"] = versions };
        return new() { ["value"] = Base64Url.EncodeToString(cipher.Encrypt(Place(vault), NameOf(kind), backup.ToJsonString())) };
    }

    /// <exception cref="ApiException">400: it is no backup of that kind and subscription.</exception>
    public (string Name, string Current, JsonArray Versions) Open(Resource vault, VaultKind kind, JsonObject body)
    {
        var text = body["value"] is JsonValue value && value.TryGetValue<string>(out var sent) ? sent : "";
        try
        {
            var backup = JsonNode.Parse(cipher.Decrypt(Place(vault), NameOf(kind), Base64Url.DecodeFromChars(text)))!;
            return ((string)backup["name"]!, (string)backup["current"]!, backup["versions"]!.AsArray());
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or JsonException)
        {
            throw ApiException.BadRequest("BadParameter", $"'value' is no backup of a {kind.Word.ToLowerInvariant()} of this subscription, or it was changed.", "value");
        }
    }

    private static string Place(Resource vault) => vault.Id.Subscription!.Key;

    private static string NameOf(VaultKind kind) => $"{kind.Word.ToLowerInvariant()}-backup";
}
