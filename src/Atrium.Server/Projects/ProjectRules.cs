using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary>What a project must be. Pure.</summary>
internal static class ProjectRules
{
    private const int LongestShown = 200;

    /// <summary>
    /// Settles what a request says about settings that are the hub's: the value in force is accepted and not stored, another one is refused.
    /// A write of what was read therefore changes nothing, and the project goes on following its hub.
    /// </summary>
    /// <param name="effective">The settings in force before the write.</param>
    /// <param name="own">The project's stored properties; null for a new one.</param>
    /// <param name="after">The properties as they are to be; inherited values are taken out.</param>
    /// <param name="hubId">For the message.</param>
    public static IEnumerable<Problem> TakeOutInherited(IReadOnlyList<EffectiveSetting> effective, JsonObject? own, JsonObject after, string hubId)
    {
        var problems = new List<Problem>();
        foreach (var setting in effective)
        {
            if (after[setting.Name] is not { } sent)
            {
                continue;
            }

            if (Follows(setting.Value, sent))
            {
                if (own?[setting.Name] is null)
                {
                    after.Remove(setting.Name);
                }
            }
            else if (WorkspaceSettings.Find(setting.Name) is not { ProjectMayOverride: true })
            {
                problems.Add(new(
                    $"properties.{setting.Name}",
                    $"'properties.{setting.Name}' comes from the hub '{hubId}', where it is {Show(setting.Value)}. Change it there, or leave it out here.",
                    ProblemCodes.Inherited));
                after.Remove(setting.Name);
            }
        }

        return problems;
    }

    /// <summary>What is wrong with the project itself.</summary>
    /// <param name="after">The document as it is to be.</param>
    /// <param name="isCreate">Whether it is new.</param>
    /// <param name="hub">The hub that it names; null when there is none.</param>
    public static IEnumerable<Problem> Check(JsonObject after, bool isCreate, Resource? hub)
    {
        const string field = "properties.hubResourceId";
        var properties = after["properties"] as JsonObject ?? [];
        if (properties.Text("hubResourceId") is not { } hubId)
        {
            yield return new(field, "'properties.hubResourceId' is required: a project lies in a hub.", ProblemCodes.Required);
        }
        else if (hub is null)
        {
            yield return new(field, $"The hub '{hubId}' was not found.");
        }
        else if (!Workspaces.IsHub(hub.Body))
        {
            yield return new(field, $"'{hubId}' is a workspace of kind {Workspaces.KindOf(hub.Body)}. A project needs one of kind {Workspaces.HubKind}.");
        }
        else if (isCreate)
        {
            if (hub.Properties.Text("provisioningState") == "Deleting")
            {
                yield return new(field, $"The hub '{hubId}' is being deleted.");
            }

            if (after.Text("location") is { } location && hub.Body.Text("location") is { } there && !SamePlace(location, there))
            {
                yield return new("location", $"A project lies where its hub does: '{there}'; found '{location}'.");
            }
        }

        if (properties.ContainsKey("workspaceHubConfig"))
        {
            yield return new("properties.workspaceHubConfig", $"'properties.workspaceHubConfig' belongs to kind {Workspaces.HubKind}; this is kind {Workspaces.ProjectKind}.");
        }

        if (properties.ContainsKey("featureStoreSettings"))
        {
            yield return new("properties.featureStoreSettings", $"'properties.featureStoreSettings' belongs to kind {Workspaces.FeatureStoreKind}; this is kind {Workspaces.ProjectKind}.");
        }
    }

    /// <summary>Whether a value in force already says all that was sent. Texts are compared without case; what the service adds may be left out.</summary>
    public static bool Follows(JsonNode? inForce, JsonNode sent) => sent switch
    {
        JsonObject wanted => inForce is JsonObject there && wanted.All(p => p.Value is null ? there[p.Key] is null : Follows(Find(there, p.Key), p.Value)),
        JsonArray wanted => inForce is JsonArray there && wanted.Count == there.Count && wanted.Zip(there).All(p => p.First is { } item ? Follows(p.Second, item) : p.Second is null),
        _ => EditRules.Same(inForce, sent),
    };

    private static JsonNode? Find(JsonObject document, string name) =>
        document[name] ?? document.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Regions are written 'East US 2' or 'eastus2'.</summary>
    private static bool SamePlace(string left, string right) =>
        left.Replace(" ", "", StringComparison.Ordinal).Equals(right.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    private static string Show(JsonNode? value) => value switch
    {
        null => "not set",
        JsonValue text when text.GetValueKind() is JsonValueKind.String => $"'{text}'",
        _ when value.ToJsonString() is { Length: <= LongestShown } json => json,
        _ => "another one",
    };
}
