using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>A role that somebody has.</summary>
public sealed record RoleGrant
{
    /// <summary>Of the assignment.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>Whose, by object id.</summary>
    public required string Principal { get; init; }

    /// <summary>User, Group or ServicePrincipal.</summary>
    public required string Kind { get; init; }

    /// <summary>The role's own name, a GUID.</summary>
    public required string Role { get; init; }

    /// <summary>Where.</summary>
    public required ResourceId Scope { get; init; }

    /// <summary>Whether it holds on conditions only.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Reads an answer.</summary>
    public static RoleGrant Read(JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        var id = ResourceId.Parse((string)body["id"]!);
        var role = (string?)properties["roleDefinitionId"] ?? "";
        return new()
        {
            Id = id,
            Principal = (string?)properties["principalId"] ?? "",
            Kind = (string?)properties["principalType"] ?? "User",
            Role = role[(role.LastIndexOf('/') + 1)..],
            Scope = ResourceId.TryParse((string?)properties["scope"], out var scope, out _) ? scope : id.Parent ?? ResourceId.Tenant,
            IsConditional = properties["condition"] is not null,
        };
    }
}

/// <summary>A role that can be given.</summary>
/// <param name="Name">Its own name, a GUID.</param>
/// <param name="Id">Its id.</param>
/// <param name="Title">What people call it.</param>
/// <param name="About">What it is for.</param>
/// <param name="Rights">What it allows.</param>
public sealed record RoleDefinition(string Name, string Id, string Title, string About, Rights Rights)
{
    /// <summary>As answered.</summary>
    public required IReadOnlyList<JsonObject> Permissions { get; init; }

    /// <summary>Reads an answer.</summary>
    public static RoleDefinition Read(JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        IReadOnlyList<JsonObject> permissions = [.. (properties["permissions"] as JsonArray ?? []).OfType<JsonObject>()];
        return new((string)body["name"]!, (string)body["id"]!, (string?)properties["roleName"] ?? "", (string?)properties["description"] ?? "", Rights.Read(permissions)) { Permissions = permissions };
    }
}
