using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>Who may be called and who may call, set in the browser and seen in the API.</summary>
public sealed class NetworkTests(PortalScene scene)
{
    private const string Ml = "?api-version=2024-04-01";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rules_of_the_network_of_every_kind_are_made_changed_and_deleted()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var hub = $"net-{Guid.NewGuid():N}"[..14];
        await scene.PutAsync($"{scene.WorkspaceId(hub)}{Ml}", new { location = "local", kind = "hub", properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } });
        await window.GoAsync(scene.PageOf(hub, "settings?tab=network"));
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await AddAsync("by-name", "FQDN", () => dialog.GetByLabel("Destination").FillAsync("*.example.org"));
        await AddAsync("by-tag", "ServiceTag", async () =>
        {
            await dialog.GetByLabel("Service tag").FillAsync("Internet");
            await dialog.GetByLabel("Ports").FillAsync("8443");
            await dialog.GetByLabel("Action").SelectOptionAsync("Deny");
        });
        await AddAsync("by-resource", "PrivateEndpoint", async () =>
        {
            await Expect(dialog.Locator("#rule-resources option").First).ToBeAttachedAsync();
            await dialog.GetByLabel("Resource", new() { Exact = true }).FillAsync((await dialog.Locator("#rule-resources option").First.GetAttributeAsync("value"))!);
        });
        await window.ShootAsync("network-rules");
        var tag = await RuleAsync("by-tag");
        Assert.Equal(("Internet", "8443", "Deny"), ((string?)tag["serviceTag"], (string?)tag["portRanges"], (string?)tag["action"]));
        Assert.Contains("Microsoft.CognitiveServices/accounts", (string)(await RuleAsync("by-resource"))["serviceResourceId"]!, StringComparison.OrdinalIgnoreCase);

        // A name that is taken is refused by the server, and the rule that has it stays.
        await window.Page.GetByText("Add a rule", new() { Exact = true }).ClickAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("by-tag");
        await dialog.GetByLabel("Destination").FillAsync("*.example.net");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
        await Expect(dialog.GetByText("There is a rule by-tag already.")).ToBeVisibleAsync();
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal("Internet", (string?)(await RuleAsync("by-tag"))["serviceTag"]);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Change by-tag" }).ClickAsync();
        await Expect(dialog.GetByLabel("Ports")).ToHaveValueAsync("8443");
        await dialog.GetByLabel("Ports").FillAsync("9000-9010");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "by-tag" })).ToContainTextAsync("9000-9010");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Delete by-name" }).ClickAsync();
        await dialog.GetByText("Delete", new() { Exact = true }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "by-name" })).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);

        async Task AddAsync(string name, string type, Func<Task> fill)
        {
            await window.Page.GetByText("Add a rule", new() { Exact = true }).ClickAsync();
            await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
            await dialog.GetByLabel("Type").SelectOptionAsync(type);
            await fill();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = name })).ToBeVisibleAsync();
        }

        async Task<JsonObject> RuleAsync(string name) =>
            (await scene.Api.GetFromJsonAsync<JsonObject>($"{scene.WorkspaceId(hub)}/outboundRules/{name}{Ml}", Cancel))!["properties"]!["destination"]!.AsObject();
    }

    [Fact]
    public async Task Addresses_that_may_call_in_are_added_and_taken_away_and_those_of_network_rules_are_shown()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var (hub, project) = ($"in-{Guid.NewGuid():N}"[..14], $"ip-{Guid.NewGuid():N}"[..14]);
        var acls = new { defaultAction = "Allow", ipRules = new[] { new { value = "198.51.100.7" } } };
        await scene.PutAsync($"{scene.WorkspaceId(hub)}{Ml}", new { location = "local", kind = "hub", properties = new { networkAcls = acls } });
        await scene.PutAsync($"{scene.WorkspaceId(project)}{Ml}", new { location = "local", kind = "project", properties = new { hubResourceId = scene.WorkspaceId(hub) } });
        await window.GoAsync(scene.PageOf(hub, "settings?tab=network"));
        await Expect(Row("198.51.100.7")).ToContainTextAsync("not in force");
        await window.Page.GetByText("Let an address in", new() { Exact = true }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Address or range").FillAsync("not an address");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Let an address in" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("ipAllowlist");
        await dialog.GetByLabel("Address or range").FillAsync("203.0.113.0/24");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Let an address in" }).ClickAsync();
        await Expect(Row("203.0.113.0/24")).ToContainTextAsync("in force");
        Assert.Empty(await window.CheckAccessAsync());
        await window.ShootAsync("network-inbound");
        Assert.Equal("203.0.113.0/24", (string?)(await PropertiesAsync())["ipAllowlist"]![0]);

        await window.GoAsync(scene.PageOf(project, "settings?tab=network"));
        await Expect(Row("203.0.113.0/24")).ToBeVisibleAsync();
        await Expect(window.Page.GetByText("Let an address in", new() { Exact = true })).ToHaveCountAsync(0);

        await window.GoAsync(scene.PageOf(hub, "settings?tab=network"));
        foreach (var address in (string[])["203.0.113.0/24", "198.51.100.7"])
        {
            await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Delete {address}" }).ClickAsync();
            await dialog.GetByText("Delete", new() { Exact = true }).ClickAsync();
            await Expect(Row(address)).ToHaveCountAsync(0);
        }

        await Expect(window.Page.GetByText("Every address is let in")).ToBeVisibleAsync();
        var left = await PropertiesAsync();
        Assert.Empty(left["ipAllowlist"]!.AsArray());
        Assert.Empty(left["networkAcls"]!["ipRules"]!.AsArray());
        Assert.Empty(window.Faults);

        ILocator Row(string address) => window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = address });

        async Task<JsonObject> PropertiesAsync() => (await scene.Api.GetFromJsonAsync<JsonObject>($"{scene.WorkspaceId(hub)}{Ml}", Cancel))!["properties"]!.AsObject();
    }
}
