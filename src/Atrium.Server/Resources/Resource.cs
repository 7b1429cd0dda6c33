using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>A stored resource with its document read. The document is shared: clone it before a change.</summary>
internal sealed class Resource(StoredResource stored)
{
    /// <summary>Part of the document that is Atrium's own: in no view, from no request, kept over writes.</summary>
    public const string InternalName = "internal";

    private JsonObject? body;

    /// <summary>The field of <see cref="InternalName"/> that names the resource whose deletion took this one, so that recovering that one recovers this one.</summary>
    public const string DeletedWithName = "deletedWith";

    public StoredResource Stored { get; } = stored;

    public ResourceId Id { get; } = ResourceId.Parse(stored.Id);

    public JsonObject Body => body ??= JsonNode.Parse(Stored.Body)!.AsObject();

    public JsonObject Properties => Body["properties"] as JsonObject ?? [];

    public JsonObject Internal => Body[InternalName] as JsonObject ?? [];

    public string? Kind => (string?)Body["kind"];

    public string ETag => ToETag(Stored.Version);

    public static string ToETag(long version) => $"\"{version:x16}\"";
}
