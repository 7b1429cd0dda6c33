using System.Text.Json.Nodes;
using System.Xml;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>What is due for a key.</summary>
internal enum RotationStep
{
    /// <summary>A new version.</summary>
    Rotate,

    /// <summary>Whoever reads the activity log learns that the key expires soon.</summary>
    Notify,
}

/// <summary>When a key gets a new version by itself, and how long a version lasts (Key Vault 7.5, KeyRotationPolicy). As kept: <c>lifetimeActions</c> and <c>attributes</c>. Pure.</summary>
internal static class RotationPolicy
{
    private const string AfterCreate = "timeAfterCreate";
    private const string BeforeExpiry = "timeBeforeExpiry";
    private const string NotifyByDefault = "P30D";
    private static readonly TimeSpan ShortestLife = TimeSpan.FromDays(28);
    private static readonly TimeSpan ShortestStep = TimeSpan.FromDays(7);
    private static readonly string[] Steps = [nameof(RotationStep.Rotate), nameof(RotationStep.Notify)];

    /// <summary>Of a key that was given none.</summary>
    public static JsonObject Default() => new()
    {
        ["lifetimeActions"] = new JsonArray(Action(nameof(RotationStep.Notify), BeforeExpiry, NotifyByDefault)),
        ["attributes"] = new JsonObject(),
    };

    /// <summary>What a caller sent, as it is kept.</summary>
    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static JsonObject Read(JsonObject body, DateTimeOffset created, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        var attributes = new JsonObject();
        TimeSpan? life = null;
        if (body["attributes"]?["expiryTime"] is { } expiry)
        {
            life = ReadTime(expiry, "attributes.expiryTime", ShortestLife, problems);
            attributes["expiryTime"] = expiry.DeepClone();
        }

        attributes["created"] = created.ToUnixTimeSeconds();
        attributes["updated"] = now.ToUnixTimeSeconds();
        var actions = new JsonArray();
        if (body["lifetimeActions"] is JsonArray sent)
        {
            for (var i = 0; i < sent.Count; i++)
            {
                if (ReadAction(sent[i], $"lifetimeActions[{i}]", body["attributes"]?["expiryTime"] is null ? TimeSpan.Zero : life, problems) is { } action)
                {
                    actions.Add(action);
                }
            }

            if (actions.GroupBy(a => (string)a!["action"]!["type"]!).Any(same => same.Count() > 1))
            {
                problems.Add(new("lifetimeActions", $"'lifetimeActions' may have each of {string.Join(" and ", Steps)} once."));
            }
        }
        else if (body["lifetimeActions"] is not null)
        {
            problems.Add(new("lifetimeActions", "'lifetimeActions' must be a list."));
        }

        VaultRequests.Demand(problems);
        return new() { ["lifetimeActions"] = actions, ["attributes"] = attributes };
    }

    /// <summary>When a version that is made now expires; null for never.</summary>
    public static DateTimeOffset? ExpiryOf(JsonObject? policy, DateTimeOffset now) =>
        (string?)policy?["attributes"]?["expiryTime"] is { } life ? now + XmlConvert.ToTimeSpan(life) : null;

    /// <summary>What is due for a key of that current version. A disabled key is left alone: whoever switched it off does not want a version that works.</summary>
    public static RotationStep? Due(JsonObject policy, JsonObject document, DateTimeOffset now)
    {
        var attributes = document["attributes"]!;
        if (!attributes["enabled"]!.GetValue<bool>())
        {
            return null;
        }

        var created = DateTimeOffset.FromUnixTimeSeconds((long)attributes["created"]!);
        var expires = attributes["exp"] is { } exp ? DateTimeOffset.FromUnixTimeSeconds((long)exp) : (DateTimeOffset?)null;
        foreach (var step in Enum.GetValues<RotationStep>())
        {
            var trigger = policy["lifetimeActions"]!.AsArray().FirstOrDefault(a => (string?)a!["action"]!["type"] == step.ToString())?["trigger"];
            var time = (string?)trigger?[AfterCreate] is { } after ? created + XmlConvert.ToTimeSpan(after)
                : (string?)trigger?[BeforeExpiry] is { } before ? expires - XmlConvert.ToTimeSpan(before)
                : null;
            if (time <= now && !(step is RotationStep.Notify && (string?)policy["notified"] == (string?)document["version"]))
            {
                return step;
            }
        }

        return null;
    }

    private static JsonObject? ReadAction(JsonNode? sent, string target, TimeSpan? life, List<Problem> problems)
    {
        var before = problems.Count;
        var name = sent is JsonObject && sent["action"] is JsonObject action && action["type"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var type = Array.Find(Steps, step => step.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (type is null)
        {
            problems.Add(new($"{target}.action.type", $"'action.type' must be {string.Join(" or ", Steps)}."));
        }

        var trigger = sent is JsonObject ? sent["trigger"] as JsonObject : null;
        var given = trigger?.Where(t => t.Value is not null).Select(t => t.Key).ToList() ?? [];
        if (given is not [AfterCreate or BeforeExpiry] || (type == nameof(RotationStep.Notify) && given[0] != BeforeExpiry))
        {
            problems.Add(new($"{target}.trigger", $"'trigger' must have one of {AfterCreate} and {BeforeExpiry}; {nameof(RotationStep.Notify)} takes {BeforeExpiry} only."));
            return null;
        }

        var time = ReadTime(trigger![given[0]]!, $"{target}.trigger.{given[0]}", type == nameof(RotationStep.Rotate) ? ShortestStep : TimeSpan.Zero, problems);
        if (type == nameof(RotationStep.Rotate) && given[0] == BeforeExpiry && life == TimeSpan.Zero)
        {
            problems.Add(new("attributes.expiryTime", $"'attributes.expiryTime' is required where {type} goes by {BeforeExpiry}: versions must expire for it.", ProblemCodes.Required));
        }
        else if (life > TimeSpan.Zero && time >= life)
        {
            problems.Add(new($"{target}.trigger.{given[0]}", $"'{given[0]}' must be shorter than 'attributes.expiryTime'."));
        }

        return problems.Count > before ? null : Action(type!, given[0], (string)trigger[given[0]]!);
    }

    private static TimeSpan? ReadTime(JsonNode sent, string target, TimeSpan shortest, List<Problem> problems)
    {
        try
        {
            if (sent is JsonValue value && value.TryGetValue<string>(out var text) && XmlConvert.ToTimeSpan(text) is var time && time > TimeSpan.Zero && time >= shortest)
            {
                return time;
            }
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            // Told below.
        }

        problems.Add(new(target, $"'{target}' must be a duration as ISO 8601 writes it, such as P90D{(shortest > TimeSpan.Zero ? $", and at least P{shortest.Days}D" : "")}."));
        return null;
    }

    private static JsonObject Action(string type, string trigger, string time) =>
        new() { ["trigger"] = new JsonObject { [trigger] = time }, ["action"] = new JsonObject { ["type"] = type } };
}
