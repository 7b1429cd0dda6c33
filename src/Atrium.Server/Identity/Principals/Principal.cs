using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Principals;

/// <summary>A user, a service principal or a group of the installation's own directory.</summary>
internal sealed record Principal
{
    public const string UserType = "Atrium.Identity/users";
    public const string ServicePrincipalType = "Atrium.Identity/servicePrincipals";
    public const string GroupType = "Atrium.Identity/groups";

    public required ResourceId Id { get; init; }

    /// <summary>A GUID, in lower case: what role assignments name.</summary>
    public required string ObjectId { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>May sign in, and its tokens are good.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>Of a service principal: what it signs in as.</summary>
    public string? AppId { get; init; }

    /// <summary>Of a service principal.</summary>
    public ImmutableArray<ClientSecret> Secrets { get; init; } = [];

    /// <summary>Of a user: grows with each new password, and older refresh tokens are then no longer good.</summary>
    public int PasswordVersion { get; init; }

    /// <summary>Of a group: object ids, in lower case.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    public bool IsUser => Id.IsOfType(UserType);

    public bool IsGroup => Id.IsOfType(GroupType);

    /// <summary>As role assignments write it.</summary>
    public string AssignmentType => IsUser ? "User" : IsGroup ? "Group" : "ServicePrincipal";

    public static Principal Read(Resource resource)
    {
        var properties = resource.Properties;
        return new()
        {
            Id = resource.Id,
            ObjectId = (string)properties["objectId"]!,
            DisplayName = (string?)properties["displayName"] ?? resource.Id.Name,
            IsEnabled = (bool?)properties["enabled"] ?? true,
            AppId = (string?)properties["appId"],
            Secrets = ClientSecret.ReadAll(resource.Internal),
            PasswordVersion = (int?)resource.Internal["passwordVersion"] ?? 0,
            Members = [.. (properties["members"] as JsonArray ?? []).Select(m => ((string)m!).ToLowerInvariant())],
        };
    }
}
