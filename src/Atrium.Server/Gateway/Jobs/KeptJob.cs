using System.Text.Json.Nodes;
using Atrium.Persistence;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>A job as it is kept: what callers see, what was asked for, and by which key or principal.</summary>
internal sealed record KeptJob(StoredResource Row)
{
    private JsonObject Document { get; } = JsonNode.Parse(Row.Body)!.AsObject();

    /// <summary>What callers see.</summary>
    public JsonObject View => Document["view"]!.AsObject();

    /// <summary>What only the work needs to know; may be empty.</summary>
    public JsonObject Request => Document["request"]!.AsObject();

    /// <summary>By which key or principal, as usage names it.</summary>
    public string Caller => (string)Document["caller"]!;

    /// <summary>The last segment of its id.</summary>
    public string Id => Row.Id[(Row.Id.LastIndexOf('/') + 1)..];

    /// <summary>Key of the account or project.</summary>
    public string Owner => OwnerOf(Row.Key);

    public string Kind => KindOf(Row.Key);

    public static string OwnerOf(string key) => key[..key.LastIndexOf('/', key.LastIndexOf('/') - 1)];

    public static string KindOf(string key) => key[(OwnerOf(key).Length + 1)..key.LastIndexOf('/')];

    public static string Body(JsonObject view, JsonObject request, string caller) =>
        new JsonObject { ["view"] = view.DeepClone(), ["request"] = request.DeepClone(), ["caller"] = caller }.ToJsonString();

    /// <summary>The row with what has been changed in the view since.</summary>
    public StoredResource Changed() => Row with { Body = Document.ToJsonString() };
}
