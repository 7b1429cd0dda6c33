using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>A line that breaks costs nobody what he was writing.</summary>
public sealed class ReconnectTests(PortalScene scene)
{
    [Fact]
    public async Task A_broken_line_is_told_mended_and_what_was_typed_is_sent_after()
    {
        await using var seen = await scene.OpenAsAsync("admin");
        await using var relay = new CuttableRelay(new Uri(scene.Address).Port);
        var page = seen.Page;
        await page.GotoAsync(relay.Address + scene.PageOf(scene["project"], "playground/chat"));
        var input = page.Locator("#chat-input");
        await input.PressSequentiallyAsync("Our shop opens at ten. ");
        relay.Cut();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await input.PressSequentiallyAsync("When does it open?");
        relay.Mend();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(input).ToHaveValueAsync("Our shop opens at ten. When does it open?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.Locator(".turn.assistant .said")).ToContainTextAsync("opens at ten");
    }

    [Fact]
    public async Task A_page_that_had_to_be_loaded_anew_has_the_text_again()
    {
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["project"], "playground/chat"));
        await window.Page.Locator("#chat-input").PressSequentiallyAsync("half a thought");
        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator("#chat-input")).ToHaveValueAsync("half a thought");
    }
}
