using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>Queries of the resource graph. Pure.</summary>
public static class ResourceSearch
{
    private const string Columns = "project id, name, type, kind, location, resourceGroup, properties.friendlyName, properties.provisioningState, properties.hubResourceId, properties.category";

    /// <summary>Hubs, projects, connections and deployments with a word in their name; hubs and projects alone for no word.</summary>
    public static string ByName(string word) => $"resources | where type in~ ({(word.Length == 0 ? Text(ApiPaths.WorkspaceType) : $"{Text(ApiPaths.WorkspaceType)}, {Text($"{ApiPaths.WorkspaceType}/connections")}, {Text($"{ApiPaths.WorkspaceType}/deployments")}")})"
        + (word.Length == 0 ? "" : $" and (name contains {Text(word)} or properties.friendlyName contains {Text(word)})")
        + $" | {Columns}";

    /// <summary>The hubs.</summary>
    public static string Hubs => $"resources | where type =~ {Text(ApiPaths.WorkspaceType)} and kind =~ 'hub' | {Columns} | order by name asc";

    /// <summary>All projects.</summary>
    public static string Projects => $"resources | where type =~ {Text(ApiPaths.WorkspaceType)} and kind =~ 'project' | {Columns}";

    /// <summary>A hub's projects, in order of name, with a word in their name.</summary>
    public static string ProjectsOf(ResourceId hub, string word) =>
        $"resources | where type =~ {Text(ApiPaths.WorkspaceType)} and properties.hubResourceId =~ {Text(hub.Text)}{NameHas(word)} | {Columns}";

    /// <summary>All that lies in a resource group.</summary>
    public static string InGroup(ResourceId group, string word) =>
        $"resources | where subscriptionId =~ {Text(group.Subscription!.Name)} and resourceGroup =~ {Text(group.Name)}{NameHas(word)} | {Columns}";

    /// <summary>What a private endpoint can lead to.</summary>
    public static string EndpointTargets => $"resources | where type in~ ('Microsoft.CognitiveServices/accounts', 'Microsoft.KeyVault/vaults') | {Columns} | order by name asc";

    private static string NameHas(string word) => word.Length == 0 ? "" : $" and (name contains {Text(word)} or properties.friendlyName contains {Text(word)})";

    private static string Text(string value) => $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}

/// <summary>A resource that was found.</summary>
public sealed record FoundResource
{
    /// <summary>Its id.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>Of hubs, projects and accounts.</summary>
    public string? Kind { get; init; }

    /// <summary>How far it is made.</summary>
    public string? State { get; init; }

    /// <summary>Where it lies.</summary>
    public string? Location { get; init; }

    /// <summary>Of a project: its hub's id in lower case.</summary>
    public string? Hub { get; init; }

    /// <summary>Of a connection.</summary>
    public string? Category { get; init; }

    /// <summary>Reads a row.</summary>
    public static FoundResource Read(JsonObject row)
    {
        var id = ResourceId.Parse((string)row["id"]!);
        return new()
        {
            Id = id,
            Title = (string?)row["properties_friendlyName"] is { Length: > 0 } name ? name : id.Name,
            Kind = (string?)row["kind"],
            State = (string?)row["properties_provisioningState"],
            Location = (string?)row["location"],
            Hub = (string?)row["properties_hubResourceId"],
            Category = (string?)row["properties_category"],
        };
    }
}

/// <summary>A part of what was found.</summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="Rows">Those asked for.</param>
public sealed record FoundResources(int Total, IReadOnlyList<FoundResource> Rows);
