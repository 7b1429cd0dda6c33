using Microsoft.JSInterop;

namespace Atrium.Portal.Frame;

/// <summary>What only the browser can do: the clipboard, files, the keyboard, sounds. Calls <c>portal.js</c>.</summary>
public sealed class Browser(IJSRuntime scripts) : IAsyncDisposable
{
    private Task<IJSObjectReference>? module;

    /// <summary>Calls a function. A page that is gone is no error.</summary>
    public async ValueTask CallAsync(string function, params object?[] values)
    {
        try
        {
            await (await ModuleAsync()).InvokeVoidAsync(function, values);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Calls a function for its answer; null when the page is gone.</summary>
    public async ValueTask<T?> AskAsync<T>(string function, params object?[] values)
    {
        try
        {
            return await (await ModuleAsync()).InvokeAsync<T>(function, values);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return default;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (module is { IsCompletedSuccessfully: true })
        {
            try
            {
                await (await module).DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
            }
        }
    }

    private Task<IJSObjectReference> ModuleAsync() => module ??= scripts.InvokeAsync<IJSObjectReference>("import", "./_content/Atrium.Portal/portal.js").AsTask();
}
