using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Atrium.Portal.Tests.Browser;

/// <summary>A browser window that notes what no page of the portal may do: an error on the console, a request to elsewhere, an answer that failed.</summary>
internal sealed class PortalWindow : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> faults = new();

    private PortalWindow(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>What was noted so far.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    public static async Task<PortalWindow> OpenAsync(IBrowserContext context, string address)
    {
        // The machine is shared and small: what takes long is waited for.
        context.SetDefaultTimeout(60_000);
        var window = new PortalWindow(context, await context.NewPageAsync());
        window.Page.Console += (_, message) => window.Note(message.Type is "error" or "warning", $"console: {message.Text}");
        window.Page.PageError += (_, error) => window.Note(true, $"script: {error}");
        context.Request += (_, request) => window.Note(!IsOurs(request.Url, address), $"outside: {request.Url}");
        context.Response += (_, answer) => window.Note(answer.Status >= 400, $"{answer.Status}: {answer.Url}");
        return window;
    }

    /// <summary>Opens a page by its address and waits until it shows what it has.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await WaitUntilShownAsync();
    }

    /// <summary>The same as by a link on the page before: several times faster. A page of the same kind as that one is opened by its address.</summary>
    public async Task WalkAsync(string path)
    {
        if (!new Uri(Page.Url).AbsolutePath.StartsWith("/portal", StringComparison.Ordinal) || KindOf(Page.Url) == KindOf(path))
        {
            await GoAsync(path);
            return;
        }

        await WaitUntilShownAsync();
        await Page.EvaluateAsync("path => { document.querySelector('.main h1').classList.add('left'); Blazor.navigateTo(path); }", path);
        await Assertions.Expect(Page.Locator(".main h1.left")).ToHaveCountAsync(0);
        await WaitUntilShownAsync();
    }

    private static string KindOf(string address) => address.Split('?')[0].Split('/')[^1];

    private async Task WaitUntilShownAsync()
    {
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".bone")).ToHaveCountAsync(0);
    }

    /// <summary>What axe finds that is serious or critical, one line each.</summary>
    public async Task<IReadOnlyList<string>> CheckAccessAsync()
    {
        var script = Path.Combine(Sources.Root, "tests", "Atrium.Portal.Tests", "node_modules", "axe-core", "axe.min.js");
        Assert.SkipWhen(!File.Exists(script), "axe-core is not there: './test' fetches it where it may.");

        // Evaluated and not added as an element: the pages' policy lets no such script run.
        if (!await Page.EvaluateAsync<bool>("'axe' in window"))
        {
            await Page.EvaluateAsync(await File.ReadAllTextAsync(script));
        }

        return await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.filter(v => ['serious', 'critical'].includes(v.impact))
              .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.failureSummary.replace(/\s+/g, ' ')}`))
            """);
    }

    /// <summary>Keeps a picture of the page for whoever looks at them.</summary>
    public Task ShootAsync(string name)
    {
        var folder = Path.Combine(Sources.Root, "artifacts", "portal");
        Directory.CreateDirectory(folder);
        return Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private static bool IsOurs(string url, string address) =>
        url.StartsWith(address + "/", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal);

    private void Note(bool isFault, string what)
    {
        if (isFault)
        {
            faults.Enqueue(what);
        }
    }
}
