using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault;

/// <summary>What secrets and keys say of themselves: attributes and tags, as sent and as kept. Pure.</summary>
internal static class VaultDocument
{
    private const int MostTags = 15;
    private const int LongestTag = 256;

    public static JsonObject New(DateTimeOffset now) => new() { ["attributes"] = new JsonObject { ["enabled"] = true, ["created"] = now.ToUnixTimeSeconds() } };

    /// <summary>Lays what was sent over a document; what was not sent stays.</summary>
    public static void Apply(JsonObject document, JsonObject sent, DateTimeOffset now, List<Problem> problems)
    {
        if (sent["tags"] is { } tags)
        {
            ApplyTags(document, tags, problems);
        }

        var attributes = document["attributes"]!.AsObject();
        attributes["updated"] = now.ToUnixTimeSeconds();
        if (sent["attributes"] is JsonObject wanted)
        {
            ApplyAttributes(attributes, wanted, problems);
        }
        else if (sent["attributes"] is not null)
        {
            problems.Add(new("attributes", "'attributes' must be an object."));
        }
    }

    private static void ApplyAttributes(JsonObject attributes, JsonObject wanted, List<Problem> problems)
    {
        if (wanted["enabled"] is { } enabled)
        {
            if (enabled is JsonValue flag && flag.TryGetValue<bool>(out var on))
            {
                attributes["enabled"] = on;
            }
            else
            {
                problems.Add(new("attributes.enabled", "'attributes.enabled' must be true or false."));
            }
        }

        foreach (var name in (string[])["nbf", "exp"])
        {
            if (wanted[name] is not { } time)
            {
                continue;
            }

            if (time is JsonValue number && number.TryGetValue<long>(out var seconds) && seconds >= 0)
            {
                attributes[name] = seconds;
            }
            else
            {
                problems.Add(new($"attributes.{name}", $"'attributes.{name}' must be a time in whole seconds since 1970 (UTC)."));
            }
        }

        if (attributes["nbf"]?.GetValue<long>() >= attributes["exp"]?.GetValue<long>())
        {
            problems.Add(new("attributes.exp", "'attributes.exp' must be later than 'attributes.nbf'."));
        }
    }

    private static void ApplyTags(JsonObject document, JsonNode tags, List<Problem> problems)
    {
        var isRight = tags is JsonObject { Count: <= MostTags } map
            && map.All(tag => tag.Key.Length is > 0 and <= LongestTag && tag.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= LongestTag);
        if (isRight)
        {
            document["tags"] = tags.DeepClone();
        }
        else
        {
            problems.Add(new("tags", $"'tags' must be an object of at most {MostTags} strings, names and values of at most {LongestTag} characters."));
        }
    }
}
