using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>A connection to an outside service, without its secret.</summary>
public sealed record Connection
{
    /// <summary>Its id, which says whether it is the hub's or a project's.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>What kind of service.</summary>
    public required string Category { get; init; }

    /// <summary>Its address or id.</summary>
    public string? Target { get; init; }

    /// <summary>How it is proved who calls.</summary>
    public string? Auth { get; init; }

    /// <summary>Whether the hub shares it with its projects.</summary>
    public bool IsShared { get; init; }

    /// <summary>When its secret ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Who made it.</summary>
    public string? Maker { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it was changed.</summary>
    public DateTimeOffset? Changed { get; init; }

    /// <summary>Whose it is.</summary>
    public ResourceId Owner => Id.Parent!;

    /// <summary>When it was last used; null for never.</summary>
    public DateTimeOffset? Used { get; init; }

    /// <summary>By whom: an object id, or which key it was.</summary>
    public string? UsedBy { get; init; }

    /// <summary>For what.</summary>
    public string? UsedFor { get; init; }

    /// <summary>When its secret was made; null where it has none or nobody said.</summary>
    public DateTimeOffset? SecretMade { get; init; }

    /// <summary>Whether its secret is to be replaced.</summary>
    public bool IsDue { get; init; }

    /// <summary>What the last test came to; null for none.</summary>
    public string? Health { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? HealthText { get; init; }

    /// <summary>Whether it has a secret at all.</summary>
    public bool HasSecret => Auth is not (null or "None" or "AAD" or "ManagedIdentity");

    /// <summary>Reads an answer.</summary>
    public static Connection Read(JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        return new()
        {
            Id = ResourceId.Parse((string)body["id"]!),
            Category = (string?)properties["category"] ?? "",
            Target = (string?)properties["target"],
            Auth = (string?)properties["authType"],
            IsShared = (bool?)properties["isSharedToAll"] ?? false,
            Expires = Times.Read((string?)properties["expiryTime"]),
            Maker = Times.Maker(body),
            Created = Times.Created(body),
            Changed = Times.Changed(body),
        };
    }

    /// <summary>Reads a row of the audit.</summary>
    public static Connection ReadAudit(JsonObject row)
    {
        var (used, secret, health) = (row["lastUsed"], row["secret"], row["health"]);
        return new()
        {
            Id = ResourceId.Parse((string)row["id"]!),
            Category = (string?)row["category"] ?? "",
            Target = (string?)row["target"],
            Auth = (string?)row["authType"],
            IsShared = (bool?)row["isSharedToAll"] ?? false,
            Expires = Times.Read(secret?["expiresAt"]?.ToString() ?? (string?)row["expiryTime"]),
            Maker = (string?)row["createdBy"],
            Created = Times.Read((string?)row["createdAt"]),
            Changed = Times.Read((string?)row["lastModifiedAt"]),
            Used = Times.Read(used?["at"]?.ToString()),
            UsedBy = (string?)used?["by"],
            UsedFor = (string?)used?["for"],
            SecretMade = Times.Read(secret?["createdAt"]?.ToString()),
            IsDue = (bool?)row["rotation"]?["due"] ?? false,
            Health = (string?)health?["result"],
            HealthText = (string?)health?["message"],
        };
    }
}
