using Atrium.Portal.Api;
using Microsoft.AspNetCore.Components;

namespace Atrium.Portal.Frame;

/// <summary>A page that tries a model: a call, what came of it or why it failed, and how to end it.</summary>
public abstract class PlaygroundPage : WorkspacePage
{
    private CancellationTokenSource? running;

    /// <summary>Whether a call is under way.</summary>
    protected bool IsRunning => running is not null;

    /// <summary>Why the last call failed.</summary>
    protected HubApiException? Refused { get; private set; }

    /// <summary>Calls of models.</summary>
    [Inject]
    protected ModelCalls Models { get; set; } = null!;

    /// <summary>What only the browser can do.</summary>
    [Inject]
    protected Browser Browser { get; set; } = null!;

    /// <summary>Ends the call that is under way.</summary>
    protected void Stop() => running?.Cancel();

    /// <summary>Makes a call, one at a time. What the API refuses is kept to be shown; a stop is no error.</summary>
    protected async Task CallAsync(Func<CancellationToken, Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (IsRunning)
        {
            return;
        }

        using var source = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        (running, Refused) = (source, null);
        try
        {
            await call(source.Token);
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
        }
        catch (HubApiException failure)
        {
            Refused = failure;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            Refused = new(0, "Broken", broken.Message, []);
        }
        catch (SignedOutException)
        {
            Navigation.NavigateTo($"{PortalLinks.SignIn}?next={Uri.EscapeDataString(new Uri(Navigation.Uri).PathAndQuery)}", forceLoad: true);
        }
        finally
        {
            running = null;
        }
    }
}
