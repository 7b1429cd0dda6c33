using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Safety;

/// <summary>A blocklist of an account or a project, as it is stored under it.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Description">Null for none.</param>
/// <param name="Items">How many items it has.</param>
/// <param name="Patterns">How many of them are regular expressions.</param>
/// <param name="Version">Changes with the list and with its items.</param>
internal sealed record Blocklist(ResourceId Id, string? Description, int Items, int Patterns, long Version)
{
    private const string TypeSegment = "textBlocklists";

    /// <summary>The types of the rows: lists of accounts and of projects.</summary>
    public static readonly string[] Types = [$"{AccountType.TypeName}/{TypeSegment}", $"{Workspaces.Type}/{TypeSegment}"];

    public string Name => Id.Name;

    /// <summary>The data action for read, write or delete.</summary>
    public static string ActionOf(string verb) => $"Microsoft.CognitiveServices/accounts/ContentSafety/text/blocklists/{verb}";

    public static ResourceId IdOf(ResourceId owner, string name) => owner.Child(TypeSegment, name);

    public static Blocklist Read(Resource row) => new(
        row.Id, (string?)row.Properties["description"], (int)row.Properties["items"]!, (int)row.Properties["patterns"]!, row.Stored.Version);

    /// <summary>Writes the row, if it is still the one that was read; a new one has version 0.</summary>
    public ResourceWrite Write() => new()
    {
        Key = Id.Key,
        Type = Id.Type.ToLowerInvariant(),
        Expect = Version == 0 ? Expect.Nothing : Expect.SameVersion,
        ExpectedVersion = Version,
        Resource = new()
        {
            Key = Id.Key,
            Id = Id.Text,
            Type = Id.Type.ToLowerInvariant(),
            Body = new JsonObject { ["properties"] = new JsonObject { ["description"] = Description, ["items"] = Items, ["patterns"] = Patterns } }.ToJsonString(),
        },
    };

    public ResourceWrite Remove() => Write() with { Resource = null };

    public JsonObject View() => Description is null
        ? new() { ["blocklistName"] = Name }
        : new() { ["blocklistName"] = Name, ["description"] = Description };
}
