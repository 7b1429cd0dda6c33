using System.Text.Json.Nodes;
using Atrium.Portal.Api;

namespace Atrium.Portal.Manage;

/// <summary>A property of a hub or project that can be changed. Pure.</summary>
/// <param name="Name">Of the setting, as its text is called.</param>
/// <param name="Was">The value that holds now; empty for none.</param>
public sealed record WorkspaceField(string Name, string Was)
{
    /// <summary>The values to choose from; none for free text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Key of a hint's text; null for none.</summary>
    public string? Hint { get; init; }

    /// <summary>Where it stands in the properties.</summary>
    public IReadOnlyList<string> Path { get; init; } = [Name];

    /// <summary>Who may reach it, and how its datastores sign in; with an own key also which one.</summary>
    public static IReadOnlyList<WorkspaceField> Security(IReadOnlyDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var key = settings.GetValueOrDefault("encryption")?.Value?["keyVaultProperties"]?["keyIdentifier"]?.ToString();
        return
        [
            new("publicNetworkAccess", TextOf(settings, "publicNetworkAccess")) { Choices = ["Enabled", "Disabled"], Hint = "settings.public.hint" },
            new("systemDatastoresAuthMode", TextOf(settings, "systemDatastoresAuthMode")) { Choices = ["AccessKey", "Identity", "UserDelegationSAS"] },
            .. key is null ? (WorkspaceField[])[] : [new("keyIdentifier", key) { Hint = "settings.key.hint", Path = ["encryption", "keyVaultProperties", "keyIdentifier"] }],
        ];
    }

    /// <summary>Resources that may be replaced by others; storage and vault may not.</summary>
    public static IReadOnlyList<WorkspaceField> Dependent(IReadOnlyDictionary<string, Setting> settings) =>
    [
        new("containerRegistry", TextOf(settings, "containerRegistry")) { Hint = "settings.registry.hint" },
        new("applicationInsights", TextOf(settings, "applicationInsights")),
    ];

    /// <summary>Puts a value into the properties of a PATCH.</summary>
    public void Write(JsonObject properties, string value)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var at = properties;
        foreach (var part in Path.SkipLast(1))
        {
            at = (JsonObject)(at[part] ??= new JsonObject());
        }

        at[Path[^1]] = value;
    }

    private static string TextOf(IReadOnlyDictionary<string, Setting> settings, string name)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.GetValueOrDefault(name)?.Text ?? "";
    }
}
