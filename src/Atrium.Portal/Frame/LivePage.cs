using Atrium.Portal.Api;
using Atrium.Portal.Texts;
using Microsoft.AspNetCore.Components;

namespace Atrium.Portal.Frame;

/// <summary>
/// A page that shows what the API has: loading, what there is, or why there is nothing; and again every few seconds while it is open, without a flicker.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource closed = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private object? shown;
    private object? narrowed;

    /// <summary>A page that is open.</summary>
    protected LivePage() => Closed = closed.Token;

    /// <summary>How it stands with what the page shows.</summary>
    public LoadState State { get; private set; }

    /// <summary>Why it could not be loaded.</summary>
    public HubApiException? Failure { get; private set; }

    /// <summary>The public API.</summary>
    [Inject]
    protected HubApi Api { get; set; } = null!;

    /// <summary>Words.</summary>
    [Inject]
    protected Words T { get; set; } = null!;

    /// <summary>Leads to other pages.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>Now.</summary>
    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Ends with the page. Taken once: what still runs asks for it after the page is gone too.</summary>
    protected CancellationToken Closed { get; }

    /// <summary>How often the page asks again; null for never.</summary>
    protected virtual TimeSpan? Every => null;

    /// <summary>What the page is about: when it changes, all is loaded anew.</summary>
    protected virtual object? Subject => null;

    /// <summary>What narrows it down: when it changes, it is read again in silence, and whoever is typing keeps the keyboard.</summary>
    protected virtual object? Filter => null;

    /// <summary>Loads it again, and shows that it does.</summary>
    public Task ReloadAsync()
    {
        State = LoadState.Loading;
        return ReadAsync();
    }

    /// <summary>Asks the API for all that the page shows.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Loads it again in silence: what is shown stays until the new is there.</summary>
    protected async Task ReadAsync()
    {
        try
        {
            await turn.WaitAsync(Closed);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            await LoadAsync(Closed);
            (State, Failure) = (LoadState.Ready, null);
        }
        catch (OperationCanceledException) when (Closed.IsCancellationRequested)
        {
            return;
        }
        catch (SignedOutException)
        {
            LeadToSignIn();
            return;
        }
        catch (HubApiException failure) when (failure.Status is System.Net.HttpStatusCode.Unauthorized)
        {
            LeadToSignIn();
            return;
        }
        catch (HubApiException failure)
        {
            // What was good a moment ago is better than an error; the next time will tell.
            if (State is LoadState.Loading || failure.IsMissing)
            {
                (State, Failure) = (failure.IsMissing ? LoadState.Missing : LoadState.Failed, failure);
            }
        }
        finally
        {
            turn.Release();
        }

        await InvokeAsync(StateHasChanged);
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        T.Changed += Redraw;
        if (Every is { } every)
        {
            _ = RepeatAsync(every);
        }
    }

    /// <inheritdoc />
    protected override Task OnParametersSetAsync()
    {
        var (isOther, isNarrowed) = (State is LoadState.Loading || !Equals(shown, Subject), !Equals(narrowed, Filter));
        (shown, narrowed) = (Subject, Filter);
        return isOther ? ReloadAsync() : isNarrowed ? ReadAsync() : Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the page began.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            T.Changed -= Redraw;
            closed.Cancel();
            closed.Dispose();
        }
    }

    private void LeadToSignIn() => Navigation.NavigateTo($"{PortalLinks.SignIn}?next={Uri.EscapeDataString(new Uri(Navigation.Uri).PathAndQuery)}", forceLoad: true);

    private void Redraw() => _ = InvokeAsync(StateHasChanged);

    private async Task RepeatAsync(TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Closed))
            {
                if (State is not LoadState.Loading)
                {
                    await InvokeAsync(ReadAsync);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

/// <summary>How far a page is.</summary>
public enum LoadState
{
    /// <summary>The first answer is not there yet.</summary>
    Loading,

    /// <summary>There is something to show.</summary>
    Ready,

    /// <summary>There is no such thing, or none that this user may see.</summary>
    Missing,

    /// <summary>The API failed.</summary>
    Failed,
}
