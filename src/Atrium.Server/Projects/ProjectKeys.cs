using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Projects;

/// <summary>The two keys of a project for the data plane: kept hashed for look-up in its document, and encrypted for showing.</summary>
internal static class ProjectKeys
{
    private const int Characters = 64;

    public static readonly string[] Names = ["key1", "key2"];

    /// <summary>The name of the document's field that holds the hash.</summary>
    public static string HashField(string name) => $"{name}Hash";

    /// <summary>The name that the key is kept under, encrypted.</summary>
    public static string SecretName(string name) => $"keys.{name}";

    /// <summary>A new random key; its hash is set in <paramref name="inside"/>.</summary>
    public static string Make(string name, JsonObject inside)
    {
        var key = RandomNumberGenerator.GetHexString(Characters, lowercase: true);
        inside[HashField(name)] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return key;
    }
}
