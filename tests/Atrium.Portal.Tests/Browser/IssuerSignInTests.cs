using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>Sign-in at an outside OpenID Connect issuer: a real one, in a real browser.</summary>
public sealed class IssuerSignInTests(PortalScene scene, IssuerScene issuer) : IClassFixture<IssuerScene>
{
    private readonly string user = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_user_of_the_issuer_signs_in_works_with_the_issuers_token_and_is_out_when_it_ends_the_session()
    {
        await using var window = await StartAsync(issuer.HubPage);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(window);
        await Expect(window.Page).ToHaveURLAsync(new Regex($"{Regex.Escape(issuer.HubPage)}$"));
        await Expect(window.Page.GetByText("There is no such hub or project")).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = $"Ann {user[..4]}" })).ToBeVisibleAsync();

        await issuer.MakeOwnerAsync(user);
        await window.GoAsync(issuer.HubPage);
        var project = $"made-{user[..8]}";
        await window.Page.GetByText("New project", new() { Exact = true }).ClickAsync();
        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(project);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(window.Page.Locator(".toast.good")).ToContainTextAsync($"Make project {project}");
        Assert.Equal($"ann.{user[..4]}@company.example", (string?)(await issuer.FindProjectAsync(project))!["systemData"]!["createdBy"]);

        // The token is short of life, so it is renewed at the issuer while the page is open.
        var before = int.Parse(await issuer.TellIssuerAsync("refreshed"), System.Globalization.CultureInfo.InvariantCulture);
        while (int.Parse(await issuer.TellIssuerAsync("refreshed"), System.Globalization.CultureInfo.InvariantCulture) <= before)
        {
            await window.GoAsync(issuer.HubPage);
        }

        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = project, Exact = true })).ToBeVisibleAsync();
        await issuer.TellIssuerAsync("end");
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal/sign-in"), new() { Timeout = 180_000 });
        await window.Page.GotoAsync("/portal");
        await Expect(window.Page).ToHaveURLAsync(new Regex("/portal/sign-in"));
    }

    [Fact]
    public async Task Who_declines_is_told_so_and_the_page_that_was_asked_for_is_kept()
    {
        await using var window = await StartAsync("/portal?from=bookmark");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await window.Page.GetByText("[ Cancel ]").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The sign-in at Company was declined.");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(window);
        await Expect(window.Page).ToHaveURLAsync(new Regex(@"/portal\?from=bookmark$"));
    }

    [Fact]
    public async Task A_token_for_something_else_and_an_issuer_that_is_away_are_told_as_what_they_are()
    {
        await using var window = await StartAsync("/portal");
        await issuer.TellIssuerAsync("audience?to=api://other");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(window);
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("its token is not for this hub");
        await issuer.TellIssuerAsync("audience?to=api://atrium");
        await issuer.StopIssuerAsync();
        var attempt = await window.Page.Context.APIRequest.GetAsync("/portal/sign-in/return?code=x&state=y");
        Assert.Contains("interrupted", await attempt.TextAsync(), StringComparison.Ordinal);
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_answer_that_another_browser_asked_for_signs_nobody_in()
    {
        await using var theirs = await StartAsync("/portal");
        await using var ours = await StartAsync("/portal");
        string? answer = null;
        theirs.Page.Request += (_, request) => answer = request.Url.Contains("/portal/sign-in/return?", StringComparison.Ordinal) ? request.Url : answer;
        await theirs.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(theirs);
        await Expect(theirs.Page).ToHaveURLAsync(new Regex("/portal$"));
        await ours.Page.GotoAsync(answer!);
        await Expect(ours.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was interrupted");
        await ours.Page.GotoAsync("/portal");
        await Expect(ours.Page).ToHaveURLAsync(new Regex("/portal/sign-in"));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_the_issuer_too()
    {
        await using var window = await StartAsync("/portal");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(window);
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("menu$") }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Change my password" })).ToHaveCountAsync(0);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex($"^{Regex.Escape(issuer.Address)}/portal/sign-in$"));
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await Expect(window.Page.Locator("input[name=login]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Two_clients_of_one_issuer_are_told_apart()
    {
        await issuer.StartIssuerAsync();
        await issuer.TellIssuerAsync("audience?to=api://other-than-atrium");
        try
        {
            await using var window = await StartAsync("/portal");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with its subsidiary" }).ClickAsync();
            await Expect(window.Page.Locator("input[name=login]")).ToBeVisibleAsync();
            await SignInThereAsync(window);
            await Expect(window.Page).ToHaveURLAsync(new Regex("/portal$"));
            await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = $"Ann {user[..4]}" })).ToBeVisibleAsync();
        }
        finally
        {
            await issuer.TellIssuerAsync("audience?to=api://atrium");
        }
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_named_and_the_page_that_was_asked_for_is_kept()
    {
        await using var window = await StartAsync("/portal?from=bookmark");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with nobody" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nobody does not answer");
        await window.ShootAsync("sign-in-issuer-away");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Company" }).ClickAsync();
        await SignInThereAsync(window);
        await Expect(window.Page).ToHaveURLAsync(new Regex(@"/portal\?from=bookmark$"));
    }

    [Fact]
    public async Task Without_an_issuer_in_the_settings_there_is_no_button()
    {
        await using var window = await scene.OpenAsync();
        await window.Page.GotoAsync("/portal/sign-in");
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
    }

    private async Task<PortalWindow> StartAsync(string page)
    {
        await issuer.StartIssuerAsync();
        var window = await scene.OpenAsync(address: issuer.Address);
        await window.Page.GotoAsync(page);
        Assert.Empty(await window.CheckAccessAsync());
        await window.ShootAsync("sign-in-issuer");
        return window;
    }

    /// <summary>The issuer's own pages: a name and any password, then its consent.</summary>
    private async Task SignInThereAsync(PortalWindow window)
    {
        await window.Page.Locator("input[name=login]").FillAsync(user);
        await window.Page.Locator("input[name=password]").FillAsync("anything");
        await window.Page.Locator("button[type=submit]").ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }
}
