using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Batch;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>What callers see of a web hook. Its secret is shown to nobody, nor are the values in the query of its address: those often are keys. Pure.</summary>
internal static class HookView
{
    /// <summary>Status of one whose address has still to be asked, and of one whose address agreed to be told.</summary>
    public const string NotAsked = "NotStarted", Agreed = "Succeeded";
    private const string Root = "root", Query = "query";
    private static readonly string[] Plain = ["displayName", "description", "customProperties", "events"];

    /// <summary>Which form of the API the hook was made in: addresses that it tells are of that form.</summary>
    public static void Keep(JsonObject row, TranscriptionApi api) => (row[Root], row[Query]) = (api.Root, api.Query);

    public static TranscriptionApi ApiOf(JsonObject row) => new((string)row[Root]!, (string)row[Query]!);

    public static bool HasAgreed(JsonObject row) => (string?)row["status"] == Agreed;

    /// <summary>Whether it is to be told of an event.</summary>
    public static bool IsFor(JsonObject row, string told) => (bool?)row["events"]![HookEvents.NameOf(told)] is true;

    public static string SelfOf(string id, TranscriptionApi api) => $"{api.Root}/webhooks/{id}{api.Query}";

    public static JsonObject Of(string id, JsonObject row, string url, TranscriptionApi api)
    {
        var properties = new JsonObject { ["apiVersion"] = api.IsDated ? api.Query.Split('=')[^1] : api.Root.Split('/')[^1] };
        if (row["error"] is { } error)
        {
            properties["error"] = error.DeepClone();
        }

        var view = new JsonObject
        {
            ["self"] = SelfOf(id, api),
            ["links"] = new JsonObject { ["ping"] = $"{api.Root}/webhooks/{id}:ping{api.Query}", ["test"] = $"{api.Root}/webhooks/{id}:test{api.Query}" },
            ["properties"] = properties,
            ["webUrl"] = MaskedQuery.All(url),
            ["status"] = (string?)row["status"],
            ["createdDateTime"] = TranscriptionApi.Moment(row["createdDateTime"]!.GetValue<DateTimeOffset>()),
            ["lastActionDateTime"] = TranscriptionApi.Moment(row["lastActionDateTime"]!.GetValue<DateTimeOffset>()),
        };
        foreach (var name in Plain.Where(name => row[name] is not null))
        {
            view[name] = row[name]!.DeepClone();
        }

        return view;
    }
}
