using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Secrets;

/// <summary>What a caller sends of a secret (Key Vault 7.5, SecretSetParameters and SecretUpdateParameters), and the document that is kept. Pure.</summary>
internal static class SecretBody
{
    private const int MostValueBytes = 25 * 1024;
    private const int MostTags = 15;
    private const int LongestTag = 256;
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
        var document = new JsonObject { ["attributes"] = new JsonObject { ["enabled"] = true, ["created"] = now.ToUnixTimeSeconds() } };
        Apply(document, body, now);
        return document;
    }

    /// <summary>Lays what was sent over a document; what was not sent stays.</summary>
    /// <exception cref="ApiException">400: a value is wrong.</exception>
    public static void Apply(JsonObject document, JsonObject sent, DateTimeOffset now)
    {
        if (sent["contentType"] is { } type)
        {
            document["contentType"] = type is JsonValue text && text.TryGetValue<string>(out var word) && word.Length <= LongestContentType
                ? word
                : throw Bad("contentType", $"'contentType' must be a string of at most {LongestContentType} characters.");
        }

        if (sent["tags"] is { } tags)
        {
            document["tags"] = ReadTags(tags);
        }

        var attributes = document["attributes"]!.AsObject();
        attributes["updated"] = now.ToUnixTimeSeconds();
        if (sent["attributes"] is not { } given)
        {
            return;
        }

        if (given is not JsonObject wanted)
        {
            throw Bad("attributes", "'attributes' must be an object.");
        }

        ApplyAttributes(attributes, wanted);
    }

    private static void ApplyAttributes(JsonObject attributes, JsonObject wanted)
    {
        if (wanted["enabled"] is { } enabled)
        {
            attributes["enabled"] = enabled is JsonValue flag && flag.TryGetValue<bool>(out var on) ? on : throw Bad("attributes.enabled", "'attributes.enabled' must be true or false.");
        }

        foreach (var name in (string[])["nbf", "exp"])
        {
            if (wanted[name] is { } time)
            {
                attributes[name] = time is JsonValue number && number.TryGetValue<long>(out var seconds) && seconds >= 0
                    ? seconds
                    : throw Bad($"attributes.{name}", $"'attributes.{name}' must be a time in whole seconds since 1970 (UTC).");
            }
        }

        if (attributes["nbf"]?.GetValue<long>() >= attributes["exp"]?.GetValue<long>())
        {
            throw Bad("attributes.exp", "'attributes.exp' must be later than 'attributes.nbf'.");
        }
    }

    private static JsonObject ReadTags(JsonNode tags)
    {
        var isRight = tags is JsonObject { Count: <= MostTags } map
            && map.All(tag => tag.Key.Length is > 0 and <= LongestTag && tag.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= LongestTag);
        return isRight ? tags.DeepClone().AsObject() : throw Bad("tags", $"'tags' must be an object of at most {MostTags} strings, names and values of at most {LongestTag} characters.");
    }

    private static ApiException Bad(string target, string message) => ApiException.BadRequest("BadParameter", message, target);
}
