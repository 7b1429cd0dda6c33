using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>What is around every page: the trail, the user's menu, the palette, notifications.</summary>
public sealed class FrameTests(PortalScene scene)
{
    [Fact]
    public async Task Language_and_theme_hold_in_all_projects_and_browsers()
    {
        var user = await scene.NewUserAsync(("Reader", scene.HubId));
        await using (var window = await scene.OpenAsAsync(user))
        {
            await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("menu$") }).ClickAsync();
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Deutsch" }).ClickAsync();
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Dunkel" }).ClickAsync();
            await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-mode", "dark");
        }

        await using var other = await scene.OpenAsAsync(user);
        await other.GoAsync(scene.PageOf(scene["hub"], "projects"));
        await Expect(other.Page.Locator("html[lang=de][data-mode=dark]")).ToHaveCountAsync(1);
        await Expect(other.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Projekte");
    }

    [Fact]
    public async Task The_palette_finds_a_project_by_its_name_and_leads_to_it_by_keyboard()
    {
        var title = $"Title {Guid.NewGuid():N}";
        var project = await scene.NewProjectAsync(title);
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync("/portal");

        // Nobody waits for the palette to be drawn: what is typed at once is in it.
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.Keyboard.TypeAsync(title[..14]);
        await Expect(window.Page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await Expect(window.Page.GetByRole(AriaRole.Combobox)).ToHaveValueAsync(title[..14]);
        await Expect(window.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = title })).ToHaveAttributeAsync("aria-selected", "true");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page).ToHaveURLAsync(new Regex($"/{project}/overview$"));
        await Expect(window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Trail" })).ToContainTextAsync(title);
    }

    [Fact]
    public async Task The_trail_leads_from_project_to_hub()
    {
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["project"], "activity"));
        await window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Trail" }).GetByRole(AriaRole.Link, new() { Name = scene["hub"], Exact = true }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex($"/{scene["hub"]}/overview$"));
    }

    [Fact]
    public async Task Notifications_are_there_again_after_another_sign_in()
    {
        var (user, name) = (await scene.NewUserAsync(("Owner", scene.Group)), $"told-{Guid.NewGuid():N}"[..16]);
        await using (var window = await scene.OpenAsAsync(user))
        {
            await window.GoAsync(scene.PageOf(scene["hub"], "projects"));
            await window.Page.GetByText("New project", new() { Exact = true }).ClickAsync();
            await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(window.Page.Locator(".toast.good")).ToContainTextAsync($"Make project {name}");
        }

        await using var other = await scene.OpenAsAsync(user);
        await other.GoAsync("/portal");
        await other.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Notifications: 1") }).ClickAsync();
        await Expect(other.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notifications" })).ToContainTextAsync(new Regex($"Make project {name}\\s*Succeeded"));
        await other.Page.ReloadAsync();
        await Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Three_things_are_offered_first_and_stay_away_when_put_away()
    {
        var user = await scene.NewUserAsync(("Owner", scene.Group), ("Azure AI Developer", scene.Group));
        await using var window = await scene.OpenAsAsync(user);
        await window.GoAsync("/portal");
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Try the playground") }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("When does the office close") }).ClickAsync();
        await Expect(window.Page.Locator(".turn.assistant .said")).ToContainTextAsync("closes at five");
        await window.GoAsync("/portal");
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Make a project") }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Dialog, new() { Name = "New project" })).ToBeVisibleAsync();
        await window.GoAsync("/portal");
        await window.Page.GetByText("Put away").ClickAsync();
        await Expect(window.Page.GetByText("Three things that work at once")).ToHaveCountAsync(0);
        await window.GoAsync("/portal");
        await Expect(window.Page.GetByText("Three things that work at once")).ToHaveCountAsync(0);
    }
}
