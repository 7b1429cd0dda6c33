using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Secrets;

/// <summary>What a caller sends of a secret (Key Vault 7.5, SecretSetParameters and SecretUpdateParameters), and the document that is kept. Pure.</summary>
internal static class SecretBody
{
    private const int MostValueBytes = 25 * 1024;
    private const int LongestContentType = 255;

    /// <summary>The value of a new version.</summary>
    /// <exception cref="ApiException">400: it is missing or too large.</exception>
    public static string ReadValue(JsonObject body) =>
        body["value"] is not JsonValue node || !node.TryGetValue<string>(out var value) ? throw Bad("value", "'value' is required: a string.")
        : Encoding.UTF8.GetByteCount(value) > MostValueBytes ? throw Bad("value", $"'value' has more than {MostValueBytes} bytes.")
        : value;

    /// <summary>The document of a new version.</summary>
    /// <exception cref="ApiException">400: a value is wrong.</exception>
    public static JsonObject Create(JsonObject body, DateTimeOffset now)
    {
        var document = VaultDocument.New(now);
        Apply(document, body, now);
        return document;
    }

    /// <summary>Lays what was sent over a document; what was not sent stays.</summary>
    /// <exception cref="ApiException">400: a value is wrong.</exception>
    public static void Apply(JsonObject document, JsonObject sent, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (sent["contentType"] is { } type)
        {
            if (type is JsonValue text && text.TryGetValue<string>(out var word) && word.Length <= LongestContentType)
            {
                document["contentType"] = word;
            }
            else
            {
                problems.Add(new("contentType", $"'contentType' must be a string of at most {LongestContentType} characters."));
            }
        }

        VaultDocument.Apply(document, sent, now, problems);
        VaultRequests.Demand(problems);
    }

    private static ApiException Bad(string target, string message) => ApiException.BadRequest("BadParameter", message, target);
}
