using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>A PUT or PATCH under way: what was there, what is to be there, and what is wrong with it.</summary>
internal sealed class ResourceEdit
{
    /// <summary>As it is stored; as it was asked for when it is new.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>As the caller wrote it. What refuses a caller names this one: the stored spelling would tell that it exists.</summary>
    public required ResourceId AskedId { get; init; }

    public required ResourceType Type { get; init; }

    public required Caller Caller { get; init; }

    public required ResourceReader Reader { get; init; }

    /// <summary>Where the caller reached the server, for addresses that are kept; no slash at the end. Empty for a write by Atrium itself.</summary>
    public required string BaseUri { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required bool IsPatch { get; init; }

    /// <summary>What the caller sent, canonical and without read-only values.</summary>
    public required JsonObject Sent { get; init; }

    /// <summary>Null when it is new.</summary>
    public Resource? Before { get; init; }

    /// <summary>The document to be written.</summary>
    public required JsonObject After { get; init; }

    public bool IsCreate => Before is null;

    public JsonObject Properties => (JsonObject)(After["properties"] ??= new JsonObject());

    public List<Problem> Problems { get; } = [];

    /// <summary>Key of the resource that this one belongs to without being nested in it.</summary>
    public string? Link { get; set; }

    /// <summary>Secrets by name; the kernel takes those of the shape, a type may add its own. Null removes one.</summary>
    public Dictionary<string, string?> Secrets { get; } = [];

    /// <summary>Further resources that are written in the same transaction.</summary>
    public List<ResourceWrite> AlsoWrite { get; } = [];

    /// <summary>Values that are kept beside those further resources, encrypted already.</summary>
    public List<SecretWrite> AlsoKeep { get; } = [];

    /// <summary>Further rows of the activity log that are written in the same transaction.</summary>
    public List<ActivityRow> AlsoLog { get; } = [];

    /// <summary>A value of <c>properties</c> as text; null where it is missing.</summary>
    public string? Text(string property) => Properties[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
