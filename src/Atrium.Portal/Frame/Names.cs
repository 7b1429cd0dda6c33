using System.Text.Json.Nodes;
using Atrium.Portal.Api;

namespace Atrium.Portal.Frame;

/// <summary>The names of people, groups and programs by their object ids, as far as the signed-in user may see them.</summary>
public sealed class Names(HubApi api, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);
    /// <summary>What the server does by itself is noted under this id.</summary>
    private const string System = "00000000-0000-0000-0000-000000000000";

    private static readonly string[] Collections = ["users", "groups", "servicePrincipals"];
    private (DateTimeOffset Read, IReadOnlyDictionary<string, Person> People) kept = (DateTimeOffset.MinValue, new Dictionary<string, Person>());

    /// <summary>All that this user may see; empty for one who may see none.</summary>
    public async Task<IReadOnlyDictionary<string, Person>> ReadAsync(CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() - kept.Read < Fresh)
        {
            return kept.People;
        }

        var found = new Dictionary<string, Person>(StringComparer.OrdinalIgnoreCase);
        foreach (var collection in Collections)
        {
            foreach (var person in (await api.ListOrNoneAsync(ApiPaths.Principals(collection), cancellationToken) ?? []).Select(body => Person.Read(collection, body)))
            {
                found[person.ObjectId] = person;
            }
        }

        found[System] = new("servicePrincipals", "atrium", System, "Atrium", true) { Body = [] };
        kept = (clock.GetUtcNow(), found);
        return found;
    }

    /// <summary>Reads them again at the next use.</summary>
    public void Forget() => kept = (DateTimeOffset.MinValue, kept.People);
}

/// <summary>A user, a group or a program.</summary>
/// <param name="Collection">users, groups or servicePrincipals.</param>
/// <param name="Name">What it is called in addresses.</param>
/// <param name="ObjectId">What roles and the log name it by.</param>
/// <param name="Title">What people call it.</param>
/// <param name="IsEnabled">Whether it may sign in.</param>
public sealed record Person(string Collection, string Name, string ObjectId, string Title, bool IsEnabled)
{
    /// <summary>As answered.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>As role assignments name its kind.</summary>
    public string Kind => Collection switch { "users" => "User", "groups" => "Group", _ => "ServicePrincipal" };

    /// <summary>Of a group: object ids, also those of people whom this installation's directory does not know.</summary>
    public IReadOnlyList<string> Members => [.. (Body["properties"]?["members"] as JsonArray ?? []).Select(member => member?.ToString() ?? "")];

    /// <summary>Reads an answer.</summary>
    public static Person Read(string collection, JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        var name = (string?)body["name"] ?? "";
        return new(collection, name, (string?)properties["objectId"] ?? "", (string?)properties["displayName"] ?? name, (bool?)properties["enabled"] ?? true) { Body = body };
    }
}
