using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

public sealed class SignInTests(PortalScene scene)
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_that_up_prints_signs_in_and_leads_to_the_hub_with_its_project()
    {
        await using var window = await scene.OpenAsync();
        var link = (await HubProcess.CommandAsync("portal", "--data", scene["dataFolder"])).Trim();
        await window.Page.GotoAsync(link);
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new($"^{scene["hub"]} {scene["resourceGroup"]}") }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(scene["hub"]);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Projects", Exact = true }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync(scene["project"]);
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = scene["project"], Exact = true })).ToBeVisibleAsync();
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_link_is_good_once()
    {
        await using var first = await scene.OpenAsync();
        await using var second = await scene.OpenAsync();
        var link = await scene.SignInLinkAsync("admin");
        await first.Page.GotoAsync(link);
        await Expect(first.Page).ToHaveURLAsync(new Regex("/portal$"));
        await second.Page.GotoAsync(link);
        await Expect(second.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was used already");
    }

    [Fact]
    public async Task Name_and_password_sign_in_and_lead_to_the_page_that_was_asked_for()
    {
        var user = await AddUserAsync();
        await using var window = await scene.OpenAsync();
        await window.Page.GotoAsync("/portal?from=bookmark");
        await window.Page.GetByLabel("Name").FillAsync(user);
        await window.Page.GetByLabel("Password").FillAsync("wrong password");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is wrong");
        await window.Page.GetByLabel("Name").FillAsync(user);
        await window.Page.GetByLabel("Password").FillAsync(Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex(@"/portal\?from=bookmark$"));
    }

    [Fact]
    public async Task After_signing_out_the_cookie_is_worth_nothing()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var cookies = await window.Page.Context.CookiesAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("menu$") }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal/sign-in$"));
        await window.Page.Context.AddCookiesAsync(cookies.Select(c => new Microsoft.Playwright.Cookie { Name = c.Name, Value = c.Value, Url = scene.Address }));
        await window.Page.GotoAsync("/portal");
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal/sign-in"));
    }

    [Fact]
    public async Task Who_changes_his_own_password_proves_the_old_one_and_signs_in_with_the_new()
    {
        var user = await AddUserAsync();
        await using var window = await scene.OpenAsAsync(user);
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("menu$") }).ClickAsync();
        await window.ShootAsync("user-menu");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Change my password" }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Current password").FillAsync("not the one he has");
        await dialog.GetByLabel("New password").FillAsync("another horse battery");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not the password you have");
        await dialog.GetByLabel("Current password").FillAsync(Password);
        await dialog.GetByLabel("New password").FillAsync("short");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("'newPassword' must have");
        Assert.Empty(await window.CheckAccessAsync());
        await window.ShootAsync("own-password");
        await dialog.GetByLabel("New password").FillAsync("another horse battery");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");
        await window.Page.GetByLabel("Name").FillAsync(user);
        await window.Page.GetByLabel("Password").FillAsync("another horse battery");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal$"));
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_of_other_sites()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var cookies = await window.Page.Context.CookiesAsync();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie => Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax or SameSiteAttribute.Strict }, cookie.Name));
    }

    [Theory]
    [InlineData("/portal/sign-in")]
    [InlineData("/portal")]
    [InlineData("/_framework/blazor.web.js")]
    public async Task Answers_carry_the_headers_that_keep_others_out(string path)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/chromium"), "The scene needs Chromium.");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(scene.Address) };
        using var answer = await client.GetAsync(path, Cancel);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused_even_on_the_same_machine()
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/chromium"), "The scene needs Chromium.");
        using var client = new HttpClient { BaseAddress = new(scene.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/portal/sign-in") { Headers = { { "Origin", "http://127.0.0.1:1" } }, Content = new FormUrlEncodedContent([]) };
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_own_token_does_nothing()
    {
        await using var window = await scene.OpenAsAsync("admin");
        var requests = window.Page.Context.APIRequest;
        var form = requests.CreateFormData();
        form.Set("Name", "admin").Set("Password", Password).Set("_handler", "sign-in");
        Assert.Equal(400, (await requests.PostAsync("/portal/sign-in", new() { Form = form })).Status);
        await requests.PostAsync("/portal/sign-out", new() { Form = form, MaxRedirects = 0 });
        await window.Page.GotoAsync("/portal");
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal$"));
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hubs");
    }

    private async Task<string> AddUserAsync()
    {
        var name = $"user-{Guid.NewGuid():N}"[..20];
        await scene.PutAsync($"/providers/Atrium.Identity/users/{name}?api-version=2026-11-01", new { properties = new { password = Password } });
        return name;
    }
}
