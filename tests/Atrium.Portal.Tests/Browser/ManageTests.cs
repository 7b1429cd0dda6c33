using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>The administrator's jobs, done in the browser and seen in the API.</summary>
public sealed class ManageTests(PortalScene scene)
{
    private const string Ml = "?api-version=2024-04-01";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_made_deleted_with_what_goes_shown_and_recovered()
    {
        var name = $"made-{Guid.NewGuid():N}"[..20];
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["hub"], "projects"));
        await window.Page.GetByText("New project", new() { Exact = true }).ClickAsync();
        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await window.Page.GetByLabel("Display name").FillAsync($"Title of {name}");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(window.Page.Locator(".toast.good")).ToContainTextAsync($"Make project {name}");
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Notifications") }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notifications" })).ToContainTextAsync(new Regex($"Make project {name}\\s*Succeeded"));
        await scene.PutAsync($"{scene.WorkspaceId(name)}/connections/mine{Ml}", new { properties = new { category = "Git", target = "https://git.example", authType = "None" } });

        await window.GoAsync(scene.PageOf(scene["hub"], $"projects?find={name}"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Delete Title of {name}" }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("mine");
        await dialog.GetByLabel($"Type {name} to confirm").FillAsync(name);
        await dialog.GetByText("Delete", new() { Exact = true }).ClickAsync();
        await Expect(window.Page.GetByText("No such project")).ToBeVisibleAsync();

        await window.GoAsync(scene.PageOf(scene["hub"], $"projects?deleted=true&find={name}"));
        await window.Page.GetByText("Recover", new() { Exact = true }).ClickAsync();
        await Expect(window.Page.Locator(".toast.good")).ToContainTextAsync($"Recover Title of {name}");
        Assert.Equal("mine", (string?)(await scene.Api.GetFromJsonAsync<JsonObject>($"{scene.WorkspaceId(name)}/connections/mine{Ml}", Cancel))!["name"]);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_connection_is_made_shown_tested_and_its_secret_only_when_asked()
    {
        var (name, secret) = ($"c-{Guid.NewGuid():N}"[..12], $"sk-{Guid.NewGuid():N}");
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["hub"], "connections"));
        await window.Page.GetByText("New connection", new() { Exact = true }).ClickAsync();
        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await window.Page.GetByLabel("Target", new() { Exact = true }).FillAsync("https://127.0.0.1:1/v1");
        await window.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(secret);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex("open="));
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        Assert.DoesNotContain(secret, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Show Credentials" }).ClickAsync();
        await Expect(dialog.Locator(".secret code")).ToHaveTextAsync(secret);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await Expect(dialog.Locator(".pill.bad")).ToBeVisibleAsync();
        Assert.Contains("listsecrets", await ActivityAsync($"{scene.HubId}/connections/{name}"), StringComparison.OrdinalIgnoreCase);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for good?" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = name })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Keys_are_shown_when_asked_regenerated_and_each_time_noted()
    {
        var project = await scene.NewProjectAsync();
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(project, "keys"));
        var keys = await KeysAsync(project);
        Assert.DoesNotContain(keys.First, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show Key 1" }).ClickAsync();
        await Expect(window.Page.GetByText(keys.First)).ToBeVisibleAsync();
        Assert.DoesNotContain(keys.Second, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Regenerate Key 1" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByText("Regenerate", new() { Exact = true }).ClickAsync();
        await Expect(window.Page.GetByText(keys.First)).ToHaveCountAsync(0);
        var after = await KeysAsync(project);
        await Expect(window.Page.GetByText(after.First)).ToBeVisibleAsync();
        Assert.Equal(keys.Second, after.Second);
        var log = await ActivityAsync(scene.WorkspaceId(project));
        Assert.Contains("listApiKeys", log, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("regenerateApiKey", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Showing_a_key_of_the_hubs_account_is_in_the_log_with_who_did()
    {
        var user = await scene.NewUserAsync(("Owner", scene.Group));
        await using var window = await scene.OpenAsAsync(user);
        await window.GoAsync(scene.PageOf(scene["hub"], "keys"));
        Assert.DoesNotContain(scene["apiKey"], await window.Page.ContentAsync(), StringComparison.Ordinal);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show Key 1" }).ClickAsync();
        await Expect(window.Page.GetByText(scene["apiKey"])).ToBeVisibleAsync();

        // Whoever knows the names of people sees who it was.
        await using var theirs = await scene.OpenAsAsync("admin");
        await theirs.GoAsync(scene.PageOf(scene["hub"], "activity?find=listKeys"));
        await Expect(theirs.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = user }).First).ToContainTextAsync(scene["aiServicesAccount"]);
    }

    [Fact]
    public async Task A_role_is_given_seen_in_who_can_do_what_and_taken_away()
    {
        var project = await scene.NewProjectAsync();
        var user = await scene.NewUserAsync();
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(project, "access"));
        await window.Page.GetByText("Give a role", new() { Exact = true }).First.ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Member").SelectOptionAsync(new SelectOptionValue { Label = user });
        await dialog.GetByLabel("Role").SelectOptionAsync("Azure AI Developer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Give a role" }).ClickAsync();
        var row = window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = user });
        await Expect(row).ToContainTextAsync("here");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Who can do what here" }).ClickAsync();
        await Expect(row.Locator("td").Nth(2)).ToContainTextAsync("yes");
        await Expect(row.Locator("td").Last).ToContainTextAsync("no");
        await window.GoAsync(scene.PageOf(project, "access"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Take Azure AI Developer away from {user}" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByText("Take the role away", new() { Exact = true }).Last.ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_a_hub_lets_in_is_changed_on_the_hub_and_seen_in_its_project_as_the_hubs()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var (hub, project) = ($"set-{Guid.NewGuid():N}"[..14], $"sp-{Guid.NewGuid():N}"[..14]);
        await scene.PutAsync($"{scene.WorkspaceId(hub)}{Ml}", new { location = "local", kind = "hub", properties = new { } });
        await window.GoAsync(scene.PageOf(hub, "settings?tab=security"));
        await window.Page.GetByLabel("Authentication of system datastores").SelectOptionAsync("Identity");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(window.Page.Locator(".toast.good")).ToContainTextAsync("Save settings of");
        await Expect(window.Page.Locator("dl.facts").GetByText("Caller's identity", new() { Exact = true })).ToBeVisibleAsync();
        var kept = await scene.Api.GetFromJsonAsync<JsonObject>($"{scene.WorkspaceId(hub)}{Ml}", Cancel);
        Assert.Equal("Identity", (string?)kept!["properties"]!["systemDatastoresAuthMode"]);

        await scene.PutAsync($"{scene.WorkspaceId(project)}{Ml}", new { location = "local", kind = "project", properties = new { hubResourceId = scene.WorkspaceId(hub) } });
        await window.GoAsync(scene.PageOf(project, "settings?tab=security"));
        await Expect(window.Page.Locator("dl.facts dd").Filter(new() { HasText = "Identity" })).ToContainTextAsync("from the hub");
        await Expect(window.Page.GetByText("Save", new() { Exact = true })).ToHaveCountAsync(0);
        await window.GoAsync(scene.PageOf(hub, "settings"));
        await window.Page.GetByLabel("Container registry").FillAsync("no id");
        await window.Page.Locator(".card.s12 button[type=submit]").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("containerRegistry");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_group_gets_members_and_a_user_a_new_password_that_ends_his_sessions()
    {
        var (user, group) = (await scene.NewUserAsync(), $"g-{Guid.NewGuid():N}"[..14]);
        await using var theirs = await scene.OpenAsAsync(user);
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync("/portal/people?tab=groups");
        await window.Page.GetByText("New group", new() { Exact = true }).ClickAsync();
        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(group);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Add a member").SelectOptionAsync(new SelectOptionValue { Label = user });
        await dialog.GetByLabel("Somebody of an outside issuer").FillAsync("7c0f1f5e-1111-4111-8111-0123456789ab");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await window.ShootAsync("group-members");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = group })).ToContainTextAsync("2 members");
        var kept = await scene.Api.GetFromJsonAsync<JsonObject>($"/providers/Atrium.Identity/groups/{group}?api-version=2026-11-01", Cancel);
        Assert.Equal(2, kept!["properties"]!["members"]!.AsArray().Count);

        await window.GoAsync("/portal/people");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"New password for {user}" }).ClickAsync();
        await dialog.GetByLabel("Password").FillAsync("short");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await dialog.GetByLabel("Password").FillAsync("another horse battery");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await theirs.Page.GotoAsync("/portal");
        await Expect(theirs.Page).ToHaveURLAsync(new Regex("/portal/sign-in"));
        await theirs.Page.GetByLabel("Name").FillAsync(user);
        await theirs.Page.GetByLabel("Password").FillAsync("another horse battery");
        await theirs.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(theirs.Page).ToHaveURLAsync(new Regex("/portal$"));
    }

    [Fact]
    public async Task A_deployment_is_made_from_the_catalog_and_answers_in_the_playground()
    {
        var project = await scene.NewProjectAsync();
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(project, "deployments"));
        await window.Page.GetByText("Deploy a model", new() { Exact = true }).First.ClickAsync();
        await window.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("default-chat");
        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("mine");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Try mine" }).ClickAsync();
        await Expect(window.Page.GetByLabel("Deployment", new() { Exact = true })).ToHaveValueAsync("mine");
    }

    [Fact]
    public async Task Whoever_types_to_find_keeps_the_keyboard_and_every_letter()
    {
        var title = $"Needle {Guid.NewGuid():N}";
        await scene.NewProjectAsync(title);
        await using var window = await scene.OpenAsAsync("admin");
        foreach (var page in (string[])["projects", "resources"])
        {
            await window.GoAsync(scene.PageOf(scene["hub"], page));
            var box = window.Page.GetByRole(AriaRole.Searchbox);
            await box.ClickAsync();
            await window.Page.Keyboard.TypeAsync(title, new() { Delay = 60 });
            await Expect(window.Page.GetByText("1 ", new() { Exact = false }).Filter(new() { HasTextRegex = new("^1 (project|resource)$") })).ToBeVisibleAsync();
            await Expect(box).ToHaveValueAsync(title);
            await Expect(box).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task Filters_of_the_log_stand_in_the_address()
    {
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["hub"], "activity"));
        await window.Page.GetByLabel("Period").SelectOptionAsync("all");
        await window.Page.GetByLabel("Operation or resource").FillAsync("connections/write");
        await window.Page.GetByLabel("Operation or resource").PressAsync("Enter");
        await Expect(window.Page).ToHaveURLAsync(new Regex("period=all.*find=connections|find=connections.*period=all"));
        await Expect(window.Page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Connection: written");
        await window.Page.ReloadAsync();
        await Expect(window.Page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Connection: written");
    }

    [Fact]
    public async Task The_table_behind_a_chart_is_saved_as_CSV()
    {
        await using var window = await scene.OpenAsAsync("admin");
        using var call = new HttpRequestMessage(HttpMethod.Post, $"{scene.Address}/openai/v1/embeddings") { Content = JsonContent.Create(new { model = "embeddings", input = "hello" }), Headers = { { "api-key", scene["apiKey"] } } };
        using var client = new HttpClient();
        (await client.SendAsync(call, Cancel)).EnsureSuccessStatusCode();
        await window.GoAsync(scene.PageOf(scene["hub"], "usage?by=deployment"));
        await Expect(window.Page.Locator("svg.chart")).ToHaveCountAsync(2);
        foreach (var (chart, unit) in new[] { (0, "calls"), (1, "tokens") })
        {
            var drawn = window.Page.Locator("svg.chart").Nth(chart);
            await Expect(drawn.GetByText(unit, new() { Exact = true })).ToHaveCountAsync(1);
            Assert.True(await drawn.EvaluateAsync<bool>(FitsItsCard), unit);
        }

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.GetByText("Save as CSV").ClickAsync());
        var lines = (await File.ReadAllTextAsync(await download.PathAsync(), Cancel)).Split("\r\n");
        Assert.Equal("deployment,calls,failed,tokensIn,tokensOut", lines[0]);
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^embeddings,[1-9]\d*,\d+,[1-9]\d*,0$"));
    }

    /// <summary>Whether every text and bar of a chart lies within the card that it is on.</summary>
    private const string FitsItsCard = """
        chart => {
          const card = chart.closest('.card').getBoundingClientRect();
          return [...chart.querySelectorAll('text, rect, path, line')].map(part => part.getBoundingClientRect())
            .every(part => part.left >= card.left && part.right <= card.right && part.top >= card.top && part.bottom <= card.bottom);
        }
        """;

    private async Task<(string First, string Second)> KeysAsync(string project)
    {
        using var answer = await scene.Api.PostAsync($"{scene.WorkspaceId(project)}/listApiKeys{Ml}", null, Cancel);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return ((string)body!["key1"]!, (string)body["key2"]!);
    }

    private Task<string> ActivityAsync(string resource) => scene.Api.GetStringAsync(
        $"/subscriptions/{scene.Subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=resourceUri eq '{resource}'", Cancel);
}
