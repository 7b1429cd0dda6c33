using Microsoft.Playwright;

namespace Atrium.Portal.Tests.Browser;

/// <summary>
/// Every page, as somebody who may see all of it: no error on the console, no request to elsewhere, nothing serious that axe finds, in light and dark. A picture of each
/// is kept in <c>artifacts/portal</c>.
/// </summary>
public sealed class PageTests(PortalScene scene)
{
    public static readonly string[] OfHub =
    [
        "overview", "projects", "projects?deleted=true", "deployments", "connections", "keys", "usage", "access", "access?view=who", "settings", "settings?tab=network", "settings?tab=security",
        "settings?tab=all", "activity", "resources", "playground/chat", "playground/embeddings",
        "playground/safety", "playground/safety?tab=image", "playground/safety?tab=shield", "playground/vision", "playground/speech", "playground/translation",
    ];

    public static readonly string[] OfProject =
    [
        "overview", "deployments", "connections", "keys", "usage", "access", "settings", "settings?tab=all", "activity", "playground/chat",
    ];

    [Theory]
    [InlineData("en", "light")]
    [InlineData("en", "dark")]
    [InlineData("de", "light")]
    public async Task All_pages_are_sound_and_accessible(string language, string mode)
    {
        await using var window = await scene.OpenAsAsync("admin", language, mode == "dark" ? ColorScheme.Dark : ColorScheme.Light);
        var findings = new List<string>();
        string[] paths = ["/portal", "/portal/people", "/portal/people?tab=groups", .. OfHub.Select(page => scene.PageOf(scene["hub"], page)), .. OfProject.Select(page => scene.PageOf(scene["project"], page))];
        foreach (var path in paths)
        {
            // Each by its address once.
            await (mode == "light" && language == "en" ? window.GoAsync(path) : window.WalkAsync(path));
            findings.AddRange((await window.CheckAccessAsync()).Select(found => $"{path}: {found}"));
            await window.ShootAsync($"{path.Replace($"/portal/w/{scene.Subscription}/{scene["resourceGroup"]}/", "", StringComparison.Ordinal).Trim('/').Replace('/', '-').Replace('?', '-').Replace('=', '-')}-{language}-{mode}");
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task On_a_tablet_nothing_sticks_out()
    {
        await using var window = await scene.OpenAsAsync("admin", width: 820, height: 1180);
        foreach (var path in OfHub.Select(page => scene.PageOf(scene["hub"], page)))
        {
            await window.WalkAsync(path);
            Assert.False(await window.Page.EvaluateAsync<bool>("document.querySelector('.main').scrollWidth > document.querySelector('.main').clientWidth"), path);
        }

        await window.ShootAsync("tablet");
    }

    [Fact]
    public async Task What_is_not_there_says_so_and_leads_back()
    {
        await using var window = await scene.OpenAsAsync("admin");
        await window.Page.GotoAsync(scene.PageOf("no-such-hub", "overview"));
        await Assertions.Expect(window.Page.GetByText("There is no such hub or project")).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "To the hubs" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hubs");
    }
}
