using System.Collections.Concurrent;
using System.Net.WebSockets;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>Lets websockets in, when the caller is proved, and out again: whatever ends a session, the other side is told in the protocol's way.</summary>
internal sealed partial class SocketDoor(TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<SocketDoor> logger)
{
    /// <summary>Open connections of one account or project, and of all.</summary>
    private const int MostOfOwner = 200, MostOfAll = 2000;

    private readonly ConcurrentDictionary<string, int> open = new(StringComparer.Ordinal);
    private int all;

    /// <summary>Runs a session on the connection of a call.</summary>
    /// <exception cref="ApiException">It is no websocket, or there are too many. Nothing was upgraded.</exception>
    public async Task RunAsync(GatewayCall call, Func<SpeechSocket, CancellationToken, Task> session, CancellationToken cancellationToken)
    {
        // The connection is no call; each of its turns is one, and leaves the row.
        call.IsMetered = true;
        if (!call.Http.WebSockets.IsWebSocketRequest)
        {
            throw ApiException.BadRequest("WebSocketRequired", "This address takes websocket connections only.");
        }

        var owner = call.Owner.Id.Key;
        if (Interlocked.Increment(ref all) > MostOfAll | open.AddOrUpdate(owner, 1, (_, count) => count + 1) > MostOfOwner)
        {
            Leave(owner);
            throw ApiException.TooManyRequests("Too many speech connections are open.", TimeSpan.FromSeconds(10));
        }

        try
        {
            using var socket = new SpeechSocket(await call.Http.WebSockets.AcceptWebSocketAsync(), clock);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            var (status, reason) = await EndOfAsync(session, socket, stopping.Token);
            await socket.CloseAsync(status, reason);
        }
        finally
        {
            Leave(owner);
        }
    }

    private async Task<(WebSocketCloseStatus Status, string Reason)> EndOfAsync(Func<SpeechSocket, CancellationToken, Task> session, SpeechSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            await session(socket, cancellationToken);
            return (WebSocketCloseStatus.NormalClosure, "");
        }
        catch (SocketRefusal refused)
        {
            return (refused.Status, refused.Message);
        }
        catch (ApiException refused)
        {
            var refusal = SocketRefusal.Of(refused);
            return (refusal.Status, refusal.Message);
        }
        catch (OperationCanceledException)
        {
            return (WebSocketCloseStatus.EndpointUnavailable, "The server stops.");
        }
        catch (WebSocketException)
        {
            return (WebSocketCloseStatus.Empty, "");
        }
        catch (Exception failure)
        {
            LogFailed(failure);
            return (WebSocketCloseStatus.InternalServerError, "The server failed.");
        }
    }

    private void Leave(string owner)
    {
        Interlocked.Decrement(ref all);
        open.AddOrUpdate(owner, 0, (_, count) => count - 1);
        open.TryRemove(new(owner, 0));
    }

    [LoggerMessage(LogLevel.Error, "A speech connection failed.")]
    private partial void LogFailed(Exception failure);
}
