using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Portal.Api;
using Atrium.Portal.Hosting;
using Microsoft.AspNetCore.Components.Authorization;

namespace Atrium.Portal.Frame;

/// <summary>Follows the long-running operations that this window has begun, and shows those of the user's other windows.</summary>
public sealed class Operations : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(400);
    private readonly CancellationTokenSource closed = new();
    private readonly ConcurrentDictionary<string, Task> followed = [];
    private readonly CancellationToken end;
    private readonly HubApi api;
    private readonly OperationBoard board;
    private readonly AuthenticationStateProvider signedIn;
    private readonly TimeProvider clock;
    private string user = "";

    /// <summary>Of one window.</summary>
    public Operations(HubApi api, OperationBoard board, AuthenticationStateProvider signedIn, TimeProvider clock)
    {
        (this.api, this.board, this.signedIn, this.clock) = (api, board, signedIn, clock);
        end = closed.Token;
    }

    /// <summary>Tells that one has begun, moved or ended.</summary>
    public event Action? Changed;

    /// <summary>Tells that one which this window began has ended, well or not; or has begun.</summary>
    public event Action<Operation>? Told;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Operation> All => board.Of(user);

    /// <summary>Reads what was kept, and begins to follow those that a former window has left.</summary>
    public async Task StartAsync()
    {
        user = (await signedIn.GetAuthenticationStateAsync()).User.FindFirst(PortalClaims.ObjectId)?.Value ?? "";
        board.Changed += OnChanged;
        if (!board.Has(user))
        {
            var kept = await api.FindAsync(ApiPaths.Notifications, CancellationToken.None);
            board.Fill(user, (kept?["properties"]?["items"] as JsonArray ?? []).OfType<JsonObject>().Select(Operation.Read));
        }

        foreach (var running in All.Where(o => o.IsRunning))
        {
            _ = Follow(running);
        }
    }

    /// <summary>Shows an operation that the API has accepted, or what it did at once, and returns when it has ended.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="answer">The API's answer.</param>
    /// <param name="link">Where it can be seen.</param>
    public async Task<Operation> TrackAsync(string title, ApiAnswer answer, string? link)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var operation = new Operation
        {
            Id = Guid.NewGuid().ToString("N"),
            Title = title,
            Link = link,
            StatusPath = answer.Operation,
            Status = answer.Operation is null ? "Succeeded" : "InProgress",
            Percent = answer.Operation is null ? 100 : 0,
            Started = clock.GetUtcNow(),
        };
        board.Put(user, operation);
        Told?.Invoke(operation);
        await KeepAsync();
        if (operation.IsRunning)
        {
            await Follow(operation);
        }

        return All.FirstOrDefault(o => o.Id == operation.Id) ?? operation;
    }

    /// <summary>They were looked at.</summary>
    public Task SeeAsync()
    {
        if (!All.Any(o => !o.Seen && !o.IsRunning))
        {
            return Task.CompletedTask;
        }

        board.See(user);
        return KeepAsync();
    }

    /// <summary>Takes away those that have ended.</summary>
    public Task ClearAsync()
    {
        board.Clear(user);
        return KeepAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        board.Changed -= OnChanged;
        closed.Cancel();
        closed.Dispose();
    }

    private Task Follow(Operation operation) => followed.GetOrAdd(operation.Id, _ => FollowAsync(operation));

    private async Task FollowAsync(Operation operation)
    {
        try
        {
            while (operation.IsRunning)
            {
                await Task.Delay(Poll, clock, end);
                var answer = await api.GetAsync(operation.StatusPath!, end);
                var status = (string?)answer["status"] ?? "InProgress";
                operation = operation with
                {
                    Status = status is "Succeeded" or "Failed" or "Canceled" ? status : "InProgress",
                    Percent = (double?)answer["percentComplete"] ?? operation.Percent,
                    Error = (answer["error"] as JsonObject)?["message"]?.ToString(),
                };
                board.Put(user, operation);
            }

            Told?.Invoke(operation);
            await KeepAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or SignedOutException or ObjectDisposedException)
        {
        }
        catch (HubApiException missing) when (missing.IsMissing)
        {
            // So long ago that nobody knows how it ended.
            board.Drop(user, operation.Id);
            await KeepAsync();
        }
        catch (HubApiException failure)
        {
            operation = operation with { Status = "Failed", Error = failure.Message };
            board.Put(user, operation);
            Told?.Invoke(operation);
            await KeepAsync();
        }
    }

    /// <summary>What cannot be kept is still shown.</summary>
    private async Task KeepAsync()
    {
        try
        {
            var items = new JsonArray([.. All.Select(o => o.Write())]);
            await api.SendAsync(HttpMethod.Put, ApiPaths.Notifications, new() { ["properties"] = new JsonObject { ["items"] = items } }, end);
        }
        catch (Exception lost) when (lost is HubApiException or SignedOutException or OperationCanceledException)
        {
        }
    }

    private void OnChanged(string changed)
    {
        if (changed == user)
        {
            Changed?.Invoke();
        }
    }
}
