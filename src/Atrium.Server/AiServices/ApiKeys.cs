using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.AiServices;

/// <summary>
/// The two keys of an account or project for the data plane: kept hashed for look-up in its document, and encrypted for showing. Two, so that they can be
/// changed one after the other without a gap.
/// </summary>
internal static class ApiKeys
{
    private const int Characters = 64;

    public static readonly string[] Names = ["key1", "key2"];

    /// <summary>The name of the document's field that holds the hash.</summary>
    public static string HashField(string name) => $"{name}Hash";

    /// <summary>What a key is looked up by: its SHA-256 in lower-case hexadecimal. A key has 256 random bits, so nothing slower is needed.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Gives a new resource its keys.</summary>
    public static void Make(ResourceEdit edit)
    {
        var inside = (JsonObject)(edit.After[Resource.InternalName] ??= new JsonObject());
        foreach (var name in Names)
        {
            edit.Secrets[SecretName(name)] = Make(name, inside);
        }
    }

    /// <summary>Both keys, in clear.</summary>
    public static async Task<ActionResult> ListAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken) =>
        ActionResult.Ok(await ReadAsync(call, cipher, cancellationToken));

    /// <summary>Replaces the key that <c>keyName</c> names; hash and ciphertext change in one transaction, and the old key is worth nothing at once.</summary>
    public static async Task<ActionResult> RegenerateAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken)
    {
        var wish = call.Body?["keyName"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var name = Names.FirstOrDefault(n => n.Equals(wish, StringComparison.OrdinalIgnoreCase))
            ?? throw ApiException.Invalid("keyName", "'keyName' must be Key1 or Key2.");
        var keys = await ReadAsync(call, cipher, cancellationToken);
        var body = call.Resource.Body.DeepClone().AsObject();
        var key = Make(name, (JsonObject)(body[Resource.InternalName] ??= new JsonObject()));
        keys[name] = key;
        var stored = call.Resource.Stored;
        return ActionResult.Ok(keys) with
        {
            Commit = new()
            {
                Resources = [ResourceWriter.Replace(stored, stored with { Body = body.ToJsonString() })],
                Secrets = [new SecretWrite(stored.Key, SecretName(name), cipher.Encrypt(stored.Key, SecretName(name), key))],
            },
        };
    }

    private static string SecretName(string name) => $"keys.{name}";

    private static string Make(string name, JsonObject inside)
    {
        var key = RandomNumberGenerator.GetHexString(Characters, lowercase: true);
        inside[HashField(name)] = Hash(key);
        return key;
    }

    private static async ValueTask<JsonObject> ReadAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken)
    {
        var keys = new JsonObject();
        foreach (var name in Names)
        {
            var kept = await call.Reader.Store.FindSecretAsync(call.Id.Key, SecretName(name), cancellationToken);
            keys[name] = kept is null ? null : cipher.Decrypt(call.Id.Key, SecretName(name), kept);
        }

        return keys;
    }
}
