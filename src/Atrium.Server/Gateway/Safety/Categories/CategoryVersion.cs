using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.CustomCategories;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>A version of a custom category, as it is stored under its account or project. Its examples lie in a row of their own.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Definition">What the category is, in words.</param>
/// <param name="Source">Where its examples came from, without what opened that.</param>
/// <param name="Created">When.</param>
/// <param name="Status">NotStarted, Running, Succeeded or Failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Learned">What it has learned; null where it has not.</param>
/// <param name="Stored">Of the row; 0 for a new one.</param>
internal sealed record CategoryVersion(ResourceId Id, string Definition, string Source, DateTimeOffset Created, string Status, string? Error, byte[]? Learned, long Stored)
{
    public const string NotStarted = "NotStarted";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";
    private const string CategorySegment = "textCategories";
    private const string VersionSegment = "versions";
    private const string SamplesSegment = "samples";

    /// <summary>The types of the rows of versions, of accounts and of projects.</summary>
    public static readonly string[] Types = [.. ((string[])[AccountType.TypeName, Workspaces.Type]).Select(owner => $"{owner}/{CategorySegment}/{VersionSegment}")];

    /// <summary>Those of the rows of examples.</summary>
    public static readonly string[] SampleTypes = [.. Types.Select(type => $"{type}/{SamplesSegment}")];

    public string Name => Id.Parent!.Name;

    public int Number => int.Parse(Id.Name, CultureInfo.InvariantCulture);

    /// <summary>The row of its examples.</summary>
    public ResourceId Samples => Id.Child(SamplesSegment, "all");

    /// <summary>The data action for read, write or delete.</summary>
    public static string ActionOf(string verb) => $"Microsoft.CognitiveServices/accounts/ContentSafety/text/categories/{verb}";

    public static ResourceId IdOf(ResourceId owner, string name, int number) =>
        owner.Child(CategorySegment, name).Child(VersionSegment, number.ToString("D6", CultureInfo.InvariantCulture));

    public static CategoryVersion Read(Resource row)
    {
        var properties = row.Properties;
        return new(
            row.Id, (string)properties["definition"]!, (string)properties["source"]!, properties["created"]!.GetValue<DateTimeOffset>(), (string)properties["status"]!,
            (string?)properties["error"], properties["learned"] is { } learned ? Convert.FromBase64String((string)learned!) : null, row.Stored.Version);
    }

    public ResourceWrite Write() => new()
    {
        Key = Id.Key,
        Type = Id.Type.ToLowerInvariant(),
        Expect = Stored == 0 ? Expect.Nothing : Expect.SameVersion,
        ExpectedVersion = Stored,
        Resource = new()
        {
            Key = Id.Key,
            Id = Id.Text,
            Type = Id.Type.ToLowerInvariant(),
            Body = new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["definition"] = Definition, ["source"] = Source, ["created"] = Created, ["status"] = Status, ["error"] = Error,
                    ["learned"] = Learned is null ? null : Convert.ToBase64String(Learned),
                },
            }.ToJsonString(),
        },
    };

    public CustomCategory? Category() => Learned is null ? null : CustomCategory.FromBytes(Learned);

    public JsonObject View()
    {
        var view = new JsonObject
        {
            ["categoryName"] = Name, ["definition"] = Definition, ["sampleBlobUrl"] = Source, ["sampleBlobSnapshotUrl"] = Source, ["version"] = Number,
            ["createdTime"] = Created.ToString("O", CultureInfo.InvariantCulture), ["status"] = Status,
        };
        if (Error is not null)
        {
            view["errorMessage"] = Error;
        }

        return view;
    }
}
