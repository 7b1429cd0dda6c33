using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>Why a key does not do what is asked of it.</summary>
internal enum KeyRefusal
{
    /// <summary>Whoever manages it switched it off.</summary>
    Disabled,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It is not among its <c>key_ops</c>.</summary>
    OperationForbidden,
}

/// <summary>What a key may do now. Pure.</summary>
internal static class KeyRules
{
    /// <summary>Null where nothing speaks against it.</summary>
    public static KeyRefusal? Check(JsonObject document, KeyOperation operation, DateTimeOffset now)
    {
        var attributes = document["attributes"]!;
        var seconds = now.ToUnixTimeSeconds();
        return !attributes["enabled"]!.GetValue<bool>() ? KeyRefusal.Disabled
            : !operation.IsTimeless && attributes["nbf"]?.GetValue<long>() > seconds ? KeyRefusal.NotYetValid
            : !operation.IsTimeless && attributes["exp"]?.GetValue<long>() <= seconds ? KeyRefusal.Expired
            : !document["key"]!["key_ops"]!.AsArray().Any(word => (string?)word == operation.Word) ? KeyRefusal.OperationForbidden
            : null;
    }

    /// <summary>The operations that a caller names for a key of that type; all that it can do where it names none.</summary>
    public static JsonArray ReadOperations(JsonNode? sent, string target, string keyType, List<Problem> problems)
    {
        var known = KeyOperation.Of(keyType);
        if (sent is null)
        {
            return [.. known.Select(word => (JsonNode)word)];
        }

        if (sent is not JsonArray words || !words.All(word => word is JsonValue value && value.TryGetValue<string>(out var text) && known.Contains(text)))
        {
            problems.Add(new(target, $"'{target}' of a key of type {keyType} must be a list of {string.Join(", ", known)}."));
            return [];
        }

        return [.. words.Select(word => (string)word!).Distinct().Select(word => (JsonNode)word)];
    }
}
