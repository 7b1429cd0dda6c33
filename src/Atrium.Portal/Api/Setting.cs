using System.Text.Json.Nodes;

namespace Atrium.Portal.Api;

/// <summary>A setting that holds in a hub or project, and who decided it.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Value">Null where nothing is set.</param>
/// <param name="Origin">hub, project, workspace or default.</param>
/// <param name="SetOn">Id of the hub or project where it is set, or would be.</param>
public sealed record Setting(string Name, JsonNode? Value, string Origin, string SetOn)
{
    private const int BriefLength = 90;

    /// <summary>The value as text.</summary>
    public string Text => Value switch { null => "", JsonValue value => value.ToString(), var other => other.ToJsonString() };

    /// <summary>The same, of an id its end, of anything else its beginning.</summary>
    public string Brief => Text is ['/', ..] ? Text[(Text.LastIndexOf('/') + 1)..] : Text.Length > BriefLength ? $"{Text[..BriefLength]} …" : Text;

    /// <summary>The text <c>origin.{OriginAt}</c>: what a hub or project has set itself is its own, whoever it passes down to.</summary>
    public string OriginAt(string workspace) => Origin != "default" && SetOn.Equals(workspace, StringComparison.OrdinalIgnoreCase) ? "here" : Origin;

    /// <summary>Reads an answer.</summary>
    public static Setting Read(JsonObject body) => new((string)body["name"]!, body["value"]?.DeepClone(), (string?)body["origin"] ?? "default", (string?)body["setOn"] ?? "");
}
