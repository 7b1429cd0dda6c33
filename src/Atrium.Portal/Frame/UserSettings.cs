using System.Text.Json.Nodes;
using Atrium.Portal.Api;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Frame;

/// <summary>How the signed-in user wants the portal to be. Kept by the API, so it holds in every project and every browser.</summary>
public sealed class UserSettings(HubApi api, Words words)
{
    private const string ThemeName = "theme";
    private JsonObject properties = [];

    /// <summary>Tells that something was chosen.</summary>
    public event Action? Changed;

    /// <summary>system, light or dark.</summary>
    public string Theme => (string?)properties[ThemeName] ?? "system";

    /// <summary>A language's code; null to follow the browser.</summary>
    public string? Language => (string?)properties["language"];

    /// <summary>Whether the greeting was put away.</summary>
    public bool Greeted => (bool?)properties["greeted"] ?? false;

    /// <summary>Whether to be told of <c>started</c>, <c>succeeded</c> or <c>failed</c> operations.</summary>
    public bool Tells(string outcome) => (bool?)properties["notifications"]?[outcome] ?? outcome != "started";

    /// <summary>Reads them. Without them the portal is as it is for everybody.</summary>
    public async Task LoadAsync(Language browsers, CancellationToken cancellationToken)
    {
        var answer = await api.FindAsync(ApiPaths.UserSettings, cancellationToken);
        properties = answer?["properties"]?.DeepClone() as JsonObject ?? [];
        words.Speak(Texts.Language.Find(Language) ?? browsers);
    }

    /// <summary>Chooses a theme.</summary>
    public Task UseThemeAsync(string theme) => SaveAsync(p => p[ThemeName] = theme);

    /// <summary>Chooses a language.</summary>
    public Task UseLanguageAsync(Language language)
    {
        words.Speak(language);
        return SaveAsync(p => p["language"] = language.Code);
    }

    /// <summary>Chooses what to be told of.</summary>
    public Task TellAsync(string outcome, bool wanted) => SaveAsync(p => ((JsonObject)(p["notifications"] ??= new JsonObject()))[outcome] = wanted);

    /// <summary>Puts the greeting away.</summary>
    public Task GreetedAsync() => SaveAsync(p => p["greeted"] = true);

    private async Task SaveAsync(Action<JsonObject> change)
    {
        change(properties);
        Changed?.Invoke();
        await api.SendAsync(HttpMethod.Put, ApiPaths.UserSettings, new() { ["properties"] = properties.DeepClone() }, CancellationToken.None);
    }
}
