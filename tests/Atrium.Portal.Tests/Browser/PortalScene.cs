using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atrium.Portal.Tests.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(PortalScene))]

namespace Atrium.Portal.Tests.Browser;

/// <summary>One hub, started as a user starts it, and one browser for all tests of this assembly. Debian's Chromium: where it is not installed, the tests are skipped.</summary>
public sealed class PortalScene : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Workspaces = "?api-version=2024-04-01";
    private const string Own = "?api-version=2026-11-01";

    /// <summary>How long a page may take to show what a test waits for, on a machine that others use too.</summary>
    private const float Patience = 30_000;

    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",

        // A microphone that hears one file again and again.
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-audio-capture={Path.Combine(Sources.Root, "tests", "Shared", "Audio", "amiable.wav")}",
    ];

    private const string Password = "correct horse battery";
    private HubProcess? process;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public string Address => this["endpoint"];

    public HttpClient Api { get; private set; } = null!;

    public string Subscription => this["subscriptionId"];

    /// <summary>Id of the hub that comes first.</summary>
    public string HubId => WorkspaceId(this["hub"]);

    public string Group => $"/subscriptions/{this["subscriptionId"]}/resourceGroups/{this["resourceGroup"]}";

    internal HubProcess Hub => process ?? throw new InvalidOperationException("There is no hub.");

    public string this[string name] => Hub[name];

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        process = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        Api = await process.ManagementClientAsync();
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Quiet });
    }

    /// <summary>A browser window of somebody who has not signed in.</summary>
    internal async Task<PortalWindow> OpenAsync(string language = "en", ColorScheme scheme = ColorScheme.Light, int width = 1400, int height = 900, string? address = null)
    {
        Assert.SkipWhen(browser is null, $"{Chromium} is not there: './test' installs it where it may.");
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = address ?? Address,
            Locale = language,
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await PortalWindow.OpenAsync(context, address ?? Address);
    }

    /// <summary>The same, signed in by a link.</summary>
    internal async Task<PortalWindow> OpenAsAsync(string user, string language = "en", ColorScheme scheme = ColorScheme.Light, int width = 1400, int height = 900)
    {
        var window = await OpenAsync(language, scheme, width, height);
        await window.Page.GotoAsync(await SignInLinkAsync(user));
        await window.Page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return window;
    }

    public string WorkspaceId(string name) => $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    /// <summary>Address of a page of a hub or project.</summary>
    public string PageOf(string workspace, string page) => $"/portal/w/{Subscription}/{this["resourceGroup"]}/{workspace}/{page}";

    /// <summary>A project of a test's own, and its name.</summary>
    public async Task<string> NewProjectAsync(string? title = null)
    {
        var name = $"p-{Guid.NewGuid():N}"[..16];
        await PutAsync($"{WorkspaceId(name)}{Workspaces}", new { location = "local", kind = "project", properties = new { hubResourceId = HubId, friendlyName = title ?? name } });
        for (var tries = 0; tries < 1800 && (string?)(await Api.GetFromJsonAsync<JsonObject>($"{WorkspaceId(name)}{Workspaces}"))!["properties"]!["provisioningState"] != "Succeeded"; tries++)
        {
            await Task.Delay(100);
        }

        return name;
    }

    /// <summary>A user of a test's own with roles (a role's name and a scope's id each).</summary>
    public async Task<string> NewUserAsync(params (string Role, string Scope)[] roles)
    {
        var name = $"u-{Guid.NewGuid():N}"[..16];
        var user = await PutAsync($"/providers/Atrium.Identity/users/{name}{Own}", new { properties = new { password = Password } });
        foreach (var (role, scope) in roles)
        {
            var found = await Api.GetFromJsonAsync<JsonObject>($"{scope}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=roleName eq '{role}'");
            await PutAsync(
                $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                new { properties = new { roleDefinitionId = (string?)found!["value"]![0]!["id"], principalId = (string?)user["properties"]!["objectId"] } });
        }

        return name;
    }

    /// <summary>A client of the resource API with the token of a user of <see cref="NewUserAsync"/>.</summary>
    public async Task<HttpClient> ApiOfAsync(string user)
    {
        var client = new HttpClient(Hub.TrustingHandler()) { BaseAddress = new(this["httpsEndpoint"]) };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = "portal-tests",
            ["username"] = user,
            ["password"] = Password,
            ["scope"] = "https://management.azure.com/.default",
        });
        using var answer = await client.PostAsync($"/{this["tenantId"]}/oauth2/v2.0/token", form);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(answer.IsSuccessStatusCode, body!.ToJsonString());
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)body["access_token"]!);
        return client;
    }

    /// <summary>A link that signs a user in once.</summary>
    public async Task<string> SignInLinkAsync(string user)
    {
        var answer = await Api.PostAsync($"/providers/Atrium.Identity/users/{user}/createSignInLink?api-version=2026-11-01", null);
        answer.EnsureSuccessStatusCode();
        return $"{Address}/portal/sign-in?code={(string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]}";
    }

    /// <summary>Makes something by the API, as the first service principal.</summary>
    public async Task<JsonObject> PutAsync(string path, object body)
    {
        using var answer = await Api.PutAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"PUT {path}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        Api?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
