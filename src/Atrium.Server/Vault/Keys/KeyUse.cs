using System.Buffers.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>What a caller wants done with a key (Key Vault 7.5, KeyOperationsParameters, KeySignParameters, KeyVerifyParameters). Pure.</summary>
internal static class KeyUse
{
    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static (EncryptionAlgorithm Algorithm, byte[] Value) ReadEncryption(JsonObject body, KeySpec key, bool encrypts)
    {
        var problems = new List<Problem>();
        var algorithm = Find(EncryptionAlgorithm.All, a => a.Name, body, problems);
        var value = Bytes(body, "value", problems);
        var block = key.Bits / 8;
        if (key.Type != KeySpec.Rsa)
        {
            problems.Add(new("alg", $"A key of type {key.Type} does not encrypt; it signs."));
        }
        else if (encrypts && algorithm is not null && value?.Length > block - algorithm.Overhead)
        {
            problems.Add(new("value", $"{algorithm.Name} with this key takes at most {block - algorithm.Overhead} bytes; 'value' has {value.Length}."));
        }
        else if (!encrypts && value is not null && value.Length != block)
        {
            problems.Add(new("value", $"What this key encrypted has {block} bytes; 'value' has {value.Length}."));
        }

        VaultRequests.Demand(problems);
        return (algorithm!, value!);
    }

    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static (SignatureAlgorithm Algorithm, byte[] Digest) ReadSignature(JsonObject body, string digestName, KeySpec key)
    {
        var problems = new List<Problem>();
        var algorithm = Find(SignatureAlgorithm.All, a => a.Name, body, problems);
        var digest = Bytes(body, digestName, problems);
        if (algorithm?.Fits(key) == false)
        {
            var right = SignatureAlgorithm.All.Where(a => a.Fits(key)).Select(a => a.Name);
            problems.Add(new("alg", $"{algorithm.Name} does not go with this key ({key.Type}{(key.Curve is null ? "" : $", {key.Curve}")}). Use {string.Join(", ", right)}."));
        }
        else if (algorithm is not null && digest is not null && digest.Length != algorithm.DigestBytes)
        {
            problems.Add(new(digestName, $"{algorithm.Name} signs a digest of {algorithm.DigestBytes} bytes; '{digestName}' has {digest.Length}."));
        }

        VaultRequests.Demand(problems);
        return (algorithm!, digest!);
    }

    /// <exception cref="Atrium.Server.Hosting.ApiException">400: it is missing, or no base64url.</exception>
    public static byte[] ReadBytes(JsonObject body, string name)
    {
        var problems = new List<Problem>();
        var bytes = Bytes(body, name, problems);
        VaultRequests.Demand(problems);
        return bytes!;
    }

    private static T? Find<T>(T[] all, Func<T, string> nameOf, JsonObject body, List<Problem> problems)
        where T : class
    {
        var name = body["alg"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var found = Array.Find(all, one => nameOf(one) == name);
        if (found is null)
        {
            problems.Add(new("alg", $"'alg' must be one of {string.Join(", ", all.Select(nameOf))}{(name is null ? "" : $"; found '{name}'")}."));
        }

        return found;
    }

    private static byte[]? Bytes(JsonObject body, string name, List<Problem> problems)
    {
        if (body[name] is JsonValue value && value.TryGetValue<string>(out var text) && Base64Url.IsValid(text))
        {
            return Base64Url.DecodeFromChars(text);
        }

        problems.Add(new(name, $"'{name}' is required: bytes in base64url.", ProblemCodes.Required));
        return null;
    }
}
