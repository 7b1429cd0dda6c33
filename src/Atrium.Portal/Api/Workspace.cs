using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>A hub or a project, as the API shows it.</summary>
public sealed record Workspace
{
    /// <summary>Its id.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>hub, project, or one of the kinds that are neither.</summary>
    public required string Kind { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Succeeded, Creating, Failed, ...</summary>
    public string? State { get; init; }

    /// <summary>Of a project.</summary>
    public ResourceId? Hub { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Object id under which it calls as itself; null where it has no identity of its own.</summary>
    public string? IdentityId => (string?)(Body["identity"] as JsonObject)?["principalId"];

    /// <summary>As answered.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Whether it is a hub.</summary>
    public bool IsHub => Kind.Equals("hub", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is a project.</summary>
    public bool IsProject => Kind.Equals("project", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an answer.</summary>
    public static Workspace Read(JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        var id = ResourceId.Parse((string)body["id"]!);
        return new()
        {
            Id = id,
            Kind = (string?)body["kind"] ?? "Default",
            Title = (string?)properties["friendlyName"] is { Length: > 0 } name ? name : id.Name,
            Description = (string?)properties["description"],
            State = (string?)properties["provisioningState"],
            Hub = (string?)properties["hubResourceId"] is { } hub ? ResourceId.Parse(hub) : null,
            Created = DateTimeOffset.TryParse((string?)body["systemData"]?["createdAt"], out var created) ? created : null,
            Body = body,
        };
    }
}
