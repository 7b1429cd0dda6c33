using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies.Assignments;

/// <summary>That a policy holds at a scope and below, and at a hub for its projects too.</summary>
internal sealed record PolicyAssignment
{
    public const string TypeName = "Microsoft.Authorization/policyAssignments";
    public const string DoNotEnforce = "DoNotEnforce";

    public required ResourceId Id { get; init; }

    public required string DisplayName { get; init; }

    public required ResourceId DefinitionId { get; init; }

    public required ImmutableArray<ResourceId> NotScopes { get; init; }

    /// <summary>As given: each with a <c>value</c>.</summary>
    public required JsonObject Parameters { get; init; }

    /// <summary>Whether it has its effect; else it is only reported.</summary>
    public required bool IsEnforced { get; init; }

    /// <summary>What the assigner says to whom it refuses; null for nothing.</summary>
    public string? Message { get; init; }

    public ResourceId Scope => Id.Parent!;

    /// <param name="place">What is judged, and where it belongs.</param>
    public bool Reaches(PolicyPlace place) =>
        (Scope.Contains(place.Id) || place.Hubs.Contains(Scope)) && !NotScopes.Any(n => n.Contains(place.Id) || place.Hubs.Contains(n));

    public static PolicyAssignment Read(Resource resource)
    {
        var properties = resource.Properties;
        return new()
        {
            Id = resource.Id,
            DisplayName = (string?)properties["displayName"] is { Length: > 0 } name ? name : resource.Id.Name,
            DefinitionId = ResourceId.Parse((string)properties["policyDefinitionId"]!),
            NotScopes = [.. (properties["notScopes"] as JsonArray ?? []).Select(s => ResourceId.Parse((string)s!))],
            Parameters = properties["parameters"] as JsonObject ?? [],
            IsEnforced = (string?)properties["enforcementMode"] != DoNotEnforce,
            Message = (string?)(properties["nonComplianceMessages"] as JsonArray)?.FirstOrDefault()?["message"],
        };
    }
}

/// <summary>A resource's id, and the hubs that what it lies in belongs to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Hubs">Of a project, of what lies in one, and of the account that a hub has: its hub.</param>
internal sealed record PolicyPlace(ResourceId Id, IReadOnlyList<ResourceId> Hubs)
{
    /// <param name="id">What is judged.</param>
    /// <param name="link">Key of what it belongs to without lying in it; null for nothing.</param>
    /// <param name="reader">Finds what it lies in.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<PolicyPlace> OfAsync(ResourceId id, string? link, ResourceReader reader, CancellationToken cancellationToken)
    {
        var hubs = new List<ResourceId>();
        Add(link);
        foreach (var above in id.SelfAndAncestors().Skip(1).Where(a => a.ResourceGroup is not null && a.Type != ResourceId.ResourceGroupType))
        {
            Add((await reader.FindAsync(above, cancellationToken))?.Stored.Link);
        }

        return new(id, hubs);

        void Add(string? key)
        {
            if (ResourceId.TryParse(key, out var hub, out _))
            {
                hubs.Add(hub);
            }
        }
    }
}
