using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Blocklists;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Safety;

/// <summary>An item of a blocklist. What finds the same texts is the same item, so adding it again updates it.</summary>
internal sealed record BlocklistItem(string Text, string? Description, bool IsRegex)
{
    private const string TypeSegment = "items";

    /// <summary>The types of the rows.</summary>
    public static readonly string[] Types = [.. Blocklist.Types.Select(type => $"{type}/{TypeSegment}")];

    /// <summary>Comes of the list and of what the item finds.</summary>
    public string IdIn(Blocklist list)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{list.Id.Key}\n{IsRegex}\n{(IsRegex ? Text : BlocklistMatcher.Identity(Text))}"));
        return new Guid(hash.AsSpan(0, 16)).ToString();
    }

    public static ResourceId RowOf(Blocklist list, string itemId) => list.Id.Child(TypeSegment, itemId);

    public static string TypeIn(Blocklist list) => $"{list.Id.Type}/{TypeSegment}".ToLowerInvariant();

    public static BlocklistItem Read(Resource row) =>
        new((string)row.Properties["text"]!, (string?)row.Properties["description"], (bool)row.Properties["isRegex"]!);

    public ResourceWrite WriteIn(Blocklist list)
    {
        var id = RowOf(list, IdIn(list));
        return new()
        {
            Key = id.Key,
            Type = TypeIn(list),
            Expect = Expect.Anything,
            Resource = new()
            {
                Key = id.Key,
                Id = id.Text,
                Type = TypeIn(list),
                Body = new JsonObject { ["properties"] = new JsonObject { ["text"] = Text, ["description"] = Description, ["isRegex"] = IsRegex } }.ToJsonString(),
            },
        };
    }

    /// <param name="itemId">Its id.</param>
    /// <param name="tellsRegex">Whether the api-version has <c>isRegex</c>. An item that is one always tells.</param>
    public JsonObject View(string itemId, bool tellsRegex)
    {
        var view = new JsonObject { ["blocklistItemId"] = itemId, ["text"] = Text };
        if (Description is not null)
        {
            view["description"] = Description;
        }

        if (tellsRegex || IsRegex)
        {
            view["isRegex"] = IsRegex;
        }

        return view;
    }
}
