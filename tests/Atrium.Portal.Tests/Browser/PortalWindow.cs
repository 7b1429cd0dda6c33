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
