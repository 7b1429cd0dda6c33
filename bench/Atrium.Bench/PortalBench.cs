using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Microsoft.Playwright;

namespace Atrium.Bench;

/// <summary>The portal as a browser on the same machine finds it: its first page, going from page to page, and the lists of a hub that has very many projects.</summary>
internal static class PortalBench
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Workspaces = "api-version=2024-04-01";
    private const int Projects = 100_000;
    private const int ProjectsPerConnection = 100;
    private const int BatchSize = 1000;
    private const int Runs = 7;
    private static readonly string[] Pages = ["overview", "projects", "deployments", "connections", "keys", "usage", "access", "settings", "activity", "resources", "playground/chat"];

    public static async Task RunAsync()
    {
        if (!File.Exists(Chromium))
        {
            Timing.Print($"portal: {Chromium} is not there; './test Portal' installs it where it may.");
            return;
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        var data = HubProcess.NewDataFolder();
        var small = await HubProcess.UpAsync(data);
        await MeasureAsync(browser, small, "a new hub");
        using (var api = await small.ManagementClientAsync())
        {
            await PutAsync(api, $"{WorkspaceOf(small, "model")}?{Workspaces}", new { location = "local", kind = "project", properties = new { hubResourceId = WorkspaceOf(small, small["hub"]) } });
            await PutAsync(api, $"{WorkspaceOf(small, "model")}/connections/model?{Workspaces}", new { properties = new { category = "Git", target = "https://git.example", authType = "None" } });
        }

        await HubProcess.CommandAsync("down", "--data", data);
        await FillAsync(data, WorkspaceOf(small, ""));
        await using var large = await HubProcess.UpAsync(data);
        await MeasureListsAsync(browser, large);
        await MeasureAsync(browser, large, $"a hub with {Projects} projects");
    }

    private static string WorkspaceOf(HubProcess hub, string name) =>
        $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    private static string PageOf(HubProcess hub, string page) => $"{hub["endpoint"]}/portal/w/{hub["subscriptionId"]}/{hub["resourceGroup"]}/{hub["hub"]}/{page}";

    private static async Task PutAsync(HttpClient api, string path, object body)
    {
        (await api.PutAsJsonAsync(path, body)).EnsureSuccessStatusCode();
        while ((string?)(await api.GetFromJsonAsync<JsonObject>(path))!["properties"]!["provisioningState"] is not (null or "Succeeded"))
        {
            await Task.Delay(100);
        }
    }

    /// <summary>Copies the project and its connection very often.</summary>
    private static async Task FillAsync(string data, string workspaces)
    {
        await using var store = AtriumStore.Open(new() { Provider = "sqlite", Path = Path.Combine(data, "atrium.db") });
        var (project, connection) = (await ReadAsync("model"), await ReadAsync("model/connections/model"));
        foreach (var batch in Enumerable.Range(0, Projects).Chunk(BatchSize))
        {
            var writes = batch.Select(i => Copy(project, $"project-{i:D6}", $"Project number {i}"))
                .Concat(batch.Where(i => i % ProjectsPerConnection == 0).Select(i => Copy(connection, $"project-{i:D6}/connections/model", "")));
            await store.CommitAsync(new() { Resources = [.. writes] }, CancellationToken.None);
        }

        async Task<StoredResource> ReadAsync(string name) => (await store.FindAsync($"{workspaces}{name}".ToLowerInvariant(), CancellationToken.None))!;

        ResourceWrite Copy(StoredResource model, string name, string title)
        {
            var body = JsonNode.Parse(model.Body)!;
            body["properties"]!["friendlyName"] = title;
            var id = $"{workspaces}{name}";
            return new() { Key = id.ToLowerInvariant(), Type = model.Type, Expect = Expect.Nothing, Resource = model with { Key = id.ToLowerInvariant(), Id = id, Body = body.ToJsonString() } };
        }
    }

    /// <summary>The first page of a browser that has nothing of it yet, then a way through the main pages by their links.</summary>
    private static async Task MeasureAsync(IBrowser browser, HubProcess hub, string what)
    {
        var state = await SignInAsync(browser, hub);
        var first = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var context = await browser.NewContextAsync(new() { StorageState = state });
            var page = await context.NewPageAsync();
            var clock = Stopwatch.StartNew();
            await page.GotoAsync(PageOf(hub, "overview"), new() { WaitUntil = WaitUntilState.Commit });
            await WaitUntilShownAsync(page);
            first.Add(clock.Elapsed.TotalMilliseconds);
        }

        Timing.Print($"{what}: first page usable, nothing kept by the browser: {Describe(first)} (aim: under 1500 ms)");
        await using var window = await browser.NewContextAsync(new() { StorageState = state });
        var walked = await window.NewPageAsync();
        await walked.GotoAsync(PageOf(hub, "overview"));
        await WaitUntilShownAsync(walked);
        var times = Pages.ToDictionary(page => page, _ => new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            foreach (var page in Pages.Skip(1).Append(Pages[0]))
            {
                times[page].Add(await walked.EvaluateAsync<double>(Walk, $"/{page}"));
            }
        }

        foreach (var (page, taken) in times)
        {
            Timing.Print($"    to {page,-16} {Describe(taken)}");
        }

        Timing.Print($"{what}: from page to page: {Describe([.. times.Values.SelectMany(t => t)])} (aim: under 200 ms)");
    }

    private static async Task MeasureListsAsync(IBrowser browser, HubProcess hub)
    {
        var began = Stopwatch.StartNew();
        var state = await SignInAsync(browser, hub);
        Timing.Print($"{Projects} projects: signed in and the hubs found, first of all after a start: {began.ElapsedMilliseconds} ms");
        await using var context = await browser.NewContextAsync(new() { StorageState = state });
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{hub["endpoint"]}/portal/people");
        await WaitUntilShownAsync(page);
        Timing.Print($"{Projects} projects: their list opens, first time after a start: {await OpenAsync("projects"):F0} ms");
        var again = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await page.EvaluateAsync<double>(Walk, "/deployments");
            again.Add(await page.EvaluateAsync<double>(Walk, "/projects"));
        }

        Timing.Print($"{Projects} projects: their list opens again: {Describe(again)}");
        var (scrolls, finds) = (new List<double>(), new List<double>());
        for (var run = 1; run <= Runs; run++)
        {
            scrolls.Add(await page.EvaluateAsync<double>(Scroll, run / (Runs + 1.0)));
        }

        Timing.Print($"{Projects} projects: scrolled to another place: {Describe(scrolls)}");
        for (var run = 1; run <= Runs; run++)
        {
            await page.GetByRole(AriaRole.Searchbox).FillAsync($"project-0{run}2710");
            finds.Add(await page.EvaluateAsync<double>(Found, $"project-0{run}2710"));
        }

        Timing.Print($"{Projects} projects: found by name, from the last key: {Describe(finds)}");
        Timing.Print($"{Projects} projects, {Projects / ProjectsPerConnection} connections: the audit opens: {await OpenAsync("connections"):F0} ms, again {await OpenAsync("connections"):F0} ms");

        async Task<double> OpenAsync(string name)
        {
            var clock = Stopwatch.StartNew();
            await page.GotoAsync(PageOf(hub, name), new() { WaitUntil = WaitUntilState.Commit });
            await WaitUntilShownAsync(page);
            return clock.Elapsed.TotalMilliseconds;
        }
    }

    private static async Task<string> SignInAsync(IBrowser browser, HubProcess hub)
    {
        using var api = await hub.ManagementClientAsync();
        using var answer = await api.PostAsync("/providers/Atrium.Identity/users/admin/createSignInLink?api-version=2026-11-01", null);
        var code = (string?)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["code"];
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{hub["endpoint"]}/portal/sign-in?code={code}");
        await WaitUntilShownAsync(page);
        return await context.StorageStateAsync();
    }

    private static async Task WaitUntilShownAsync(IPage page)
    {
        await page.Locator("h1").First.WaitForAsync();
        await page.WaitForFunctionAsync("() => !document.querySelector('.bone')");
    }

    private static string Describe(List<double> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"median {sorted[sorted.Count / 2]:F0} ms, max {sorted[^1]:F0} ({sorted.Count} times)");
    }

    /// <summary>Follows a link of the menu; milliseconds until the page shows what it has. Timed in the browser, frame by frame.</summary>
    private const string Walk = """
        end => new Promise((done, fail) => {
          const link = [...document.querySelectorAll('.nav a')].find(a => a.getAttribute('href').endsWith(end));
          const head = document.querySelector('h1');
          const began = performance.now();
          link.click();
          const look = () => {
            const now = document.querySelector('.main h1');
            const isThere = location.pathname.endsWith(end) && now && now !== head && !document.querySelector('.main .bone');
            isThere ? done(performance.now() - began) : performance.now() - began > 60000 ? fail(new Error('It did not come.')) : requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })
        """;

    /// <summary>Scrolls the list to a part of its height; milliseconds until rows of that place are there.</summary>
    private const string Scroll = """
        part => new Promise((done, fail) => {
          const list = document.querySelector('.table-wrap.tall');
          const began = performance.now();
          list.scrollTop = list.scrollHeight * part;
          const look = () => {
            const box = list.getBoundingClientRect();
            const row = document.elementFromPoint(box.left + 40, box.top + box.height / 2)?.closest('tr');
            row?.querySelector('a') && performance.now() - began > 1 ? done(performance.now() - began) : performance.now() - began > 60000 ? fail(new Error('It did not come.')) : requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })
        """;

    /// <summary>Milliseconds until the one row of a name is all that the list shows.</summary>
    private const string Found = """
        name => new Promise((done, fail) => {
          const began = performance.now();
          const look = () => {
            const links = [...document.querySelectorAll('.table-wrap.tall tbody a')];
            links.length === 1 && links[0].closest('td').textContent.includes(name) ? done(performance.now() - began) : performance.now() - began > 60000 ? fail(new Error('It did not come.')) : requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })
        """;
}
