using Atrium.Portal.Texts;

namespace Atrium.Portal.Manage;

/// <summary>What an operation is called by people: its type and its verb, each in words. Pure.</summary>
public static class OperationNames
{
    /// <summary>Such as "Connection: secret shown".</summary>
    /// <param name="operation">As roles name it; what the server does by itself has a verb only, and its type is that of the resource.</param>
    /// <param name="resource">Id of what it was done to.</param>
    /// <param name="words">The user's language.</param>
    public static string Of(string operation, string resource, Words words)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(words);
        var (type, verb) = operation.Split('/') switch
        {
            [var alone] => (TypeOf(resource), alone),
            ["action", var act] => (TypeOf(resource), act),
            [.., var thing, var act, "action"] => (thing, act),
            [.., var thing, var act] => (thing, act),
            _ => ("", operation),
        };
        var typeText = words.Has($"thing.{type.ToLowerInvariant()}") ? words[$"thing.{type.ToLowerInvariant()}"] : type;
        var verbText = words.Has($"verb.{verb.ToLowerInvariant()}") ? words[$"verb.{verb.ToLowerInvariant()}"] : verb;
        return $"{typeText}: {verbText}";
    }

    /// <summary>The name of what it was done to: of what has a GUID for a name, such as a role of somebody, that of what it lies at.</summary>
    public static string Thing(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var parts = resource.Split('/');
        var at = Array.LastIndexOf(parts, "providers");
        return Guid.TryParse(parts[^1], out _) && at > 0 && parts[at - 1].Length > 0 ? parts[at - 1] : parts[^1];
    }

    private static string TypeOf(string resource) => resource.Split('/') is [.., var type, _] ? type : "";
}
