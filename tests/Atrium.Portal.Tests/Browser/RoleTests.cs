using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>What a role may not do is not offered.</summary>
public sealed class RoleTests(PortalScene scene)
{
    [Fact]
    public async Task A_reader_sees_everything_and_is_offered_no_change_and_no_key()
    {
        var user = await scene.NewUserAsync(("Reader", scene.Group));
        await using var window = await scene.OpenAsAsync(user);
        foreach (var (page, offer) in new[] { ("projects", "New project"), ("deployments", "Deploy a model"), ("connections", "New connection"), ("access", "Give a role"), ("settings", "Save") })
        {
            await window.GoAsync(scene.PageOf(scene["hub"], page));
            await Expect(window.Page.GetByText(offer, new() { Exact = true })).ToHaveCountAsync(0);
        }

        await window.GoAsync(scene.PageOf(scene["hub"], "keys"));
        await Expect(window.Page.GetByText("Keys are not shown")).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Chat" })).ToHaveCountAsync(0);
        await window.GoAsync(scene.PageOf(scene["hub"], "projects"));
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete ") })).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_developer_of_one_project_finds_it_and_works_in_it_and_sees_no_other()
    {
        var (mine, other) = (await scene.NewProjectAsync(), await scene.NewProjectAsync());
        var user = await scene.NewUserAsync(("Azure AI Developer", scene.WorkspaceId(mine)));
        await using var window = await scene.OpenAsAsync(user);
        await window.GoAsync("/portal");
        await Expect(window.Page.GetByText(other)).ToHaveCountAsync(0);
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new($"^{mine}") }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex($"/{mine}/overview$"));
        foreach (var page in (string[])["overview", "deployments", "connections", "keys", "usage", "access", "settings", "settings?tab=network", "activity", "resources", "playground/chat"])
        {
            await window.GoAsync(scene.PageOf(mine, page));
            await Expect(window.Page.GetByRole(AriaRole.Main).GetByText("Something went wrong")).ToHaveCountAsync(0);
        }

        await window.Page.GotoAsync(scene.PageOf(other, "overview"));
        await Expect(window.Page.GetByText("There is no such hub or project")).ToBeVisibleAsync();
        Assert.Empty(window.Faults);
    }
}
