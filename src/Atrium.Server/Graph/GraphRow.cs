using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Graph;

/// <summary>What queries can ask of a resource without reading it: kept in memory for each, so it is small.</summary>
internal sealed record GraphRow
{
    public required string Key { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }

    public string? Kind { get; init; }

    public string? Location { get; init; }

    /// <summary>What people call it.</summary>
    public string? FriendlyName { get; init; }

    public string? State { get; init; }

    /// <summary>Of a project: the key of its hub.</summary>
    public string? Hub { get; init; }

    /// <summary>Of a connection.</summary>
    public string? Category { get; init; }

    /// <summary>Of a resource that is nested in another one: when that is deleted, it is not shown either.</summary>
    public string? ParentKey { get; init; }

    public static GraphRow Read(Resource resource)
    {
        var (id, properties) = (resource.Id, resource.Properties);
        return new()
        {
            Key = resource.Stored.Key,
            Id = id.Text,
            Name = id.Name,
            Type = string.Intern(id.Type.ToLowerInvariant()),
            SubscriptionId = string.Intern(id.Subscription?.Name ?? ""),
            ResourceGroup = string.Intern(id.ResourceGroup?.Name ?? ""),
            Kind = Shared(resource.Kind),
            Location = Shared((string?)resource.Body["location"]),
            FriendlyName = (string?)properties["friendlyName"],
            State = Shared((string?)properties["provisioningState"]),
            Hub = resource.Stored.Link,
            Category = Shared((string?)properties["category"]),
            ParentKey = id.Parent is { } parent && parent.Type is not (ResourceId.ResourceGroupType or ResourceId.SubscriptionType) && parent.Parent is not null ? parent.Key : null,
        };
    }

    /// <summary>The few values that many resources have lie in memory once.</summary>
    private static string? Shared(string? text) => text is null ? null : string.Intern(text);
}
