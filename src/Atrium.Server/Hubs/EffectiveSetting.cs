using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>One setting in force.</summary>
/// <param name="Name">The property's name below <c>properties</c>.</param>
/// <param name="Value">Shared: clone it before it is put anywhere. Null where nothing is set.</param>
/// <param name="Origin">Who decided.</param>
/// <param name="SetOn">Id of the workspace where it is set, or would be.</param>
internal sealed record EffectiveSetting(string Name, JsonNode? Value, SettingOrigin Origin, string SetOn)
{
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["value"] = Value?.DeepClone(),
        ["origin"] = Origin switch
        {
            SettingOrigin.Hub => "hub",
            SettingOrigin.Project => "project",
            SettingOrigin.Workspace => "workspace",
            _ => "default",
        },
        ["setOn"] = SetOn,
    };
}

/// <summary>Where a setting's value comes from.</summary>
internal enum SettingOrigin
{
    /// <summary>Nobody set it.</summary>
    Default,

    /// <summary>Set on the hub.</summary>
    Hub,

    /// <summary>Set on the project, over the hub's.</summary>
    Project,

    /// <summary>Set on a plain workspace, which has no hub.</summary>
    Workspace,
}
