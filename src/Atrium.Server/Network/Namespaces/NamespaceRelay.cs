using System.Net.Sockets;
using System.Text;
using Atrium.Server.Egress;

namespace Atrium.Server.Network.Namespaces;

/// <summary>
/// The way out of a namespace: a proxy for programs that name a host, and a door for all that connect to an address. Each connection is decided on its own, so a
/// rule that is taken away holds for the next one.
/// </summary>
internal sealed partial class NamespaceRelay(IWayOut ways, IOutside outside, ILogger<NamespaceRelay> logger) : IAsyncDisposable
{
    private const int MostConnections = 512;
    private const int LargestHead = 16 * 1024;
    private const int ChunkBytes = 32 * 1024;
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdlePatience = TimeSpan.FromMinutes(15);

    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim room = new(MostConnections);
    private readonly List<Task> loops = [];

    /// <param name="proxy">Listens for programs that use a proxy.</param>
    /// <param name="door">Listens for what the packet filter leads here.</param>
    public void Start(Socket proxy, Socket door)
    {
        loops.Add(AcceptAsync(proxy, AnswerProxyAsync));
        loops.Add(AcceptAsync(door, AnswerDoorAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        stopping.Dispose();
        room.Dispose();
    }

    private async Task AcceptAsync(Socket listener, Func<NetworkStream, Socket, CancellationToken, Task> answer)
    {
        using (listener)
        {
            var open = new HashSet<Task>();
            try
            {
                while (true)
                {
                    await room.WaitAsync(stopping.Token);
                    var accepted = await listener.AcceptAsync(stopping.Token);
                    open.RemoveWhere(task => task.IsCompleted);
                    open.Add(ServeAsync(accepted, answer));
                }
            }
            catch (OperationCanceledException)
            {
            }

            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket accepted, Func<NetworkStream, Socket, CancellationToken, Task> answer)
    {
        try
        {
            accepted.NoDelay = true;
            await using var stream = new NetworkStream(accepted, ownsSocket: true);
            await answer(stream, accepted, stopping.Token);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has closed, or neither has said anything for long.
        }
        finally
        {
            room.Release();
        }
    }

    private async Task AnswerDoorAsync(NetworkStream inside, Socket socket, CancellationToken cancellationToken)
    {
        // A connection to the door itself was meant for nowhere.
        if (NamespaceSockets.MeantFor(socket) is { } place && !System.Net.IPAddress.IsLoopback(place.Address))
        {
            var way = await AskAsync(place.Address.ToString(), place.Port, cancellationToken);
            if (way.IsAllowed)
            {
                await using var there = await ConnectAsync(way, place.Port, cancellationToken);
                await JoinAsync(inside, there, cancellationToken);
                return;
            }
        }

        // Closed with a reset, as a port where nobody listens: nothing of a refusal can be said in a protocol that is not known.
        socket.LingerState = new(enable: true, seconds: 0);
    }

    private async Task AnswerProxyAsync(NetworkStream inside, Socket socket, CancellationToken cancellationToken)
    {
        var (head, behind) = await ReadHeadAsync(inside, cancellationToken);
        if (head is null || ProxyRequest.Read(head) is not { } request)
        {
            await RefuseAsync(inside, "400 Bad Request", "This proxy takes CONNECT host:port, and requests for http addresses.", cancellationToken);
            return;
        }

        var way = await AskAsync(request.Host, request.Port, cancellationToken);
        if (!way.IsAllowed)
        {
            await RefuseAsync(inside, "403 Forbidden", way.Reason, cancellationToken);
            return;
        }

        Stream there;
        try
        {
            there = await ConnectAsync(way, request.Port, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await RefuseAsync(inside, "502 Bad Gateway", $"'{request.Host}:{request.Port}' does not answer.", cancellationToken);
            return;
        }

        await using (there)
        {
            if (request.Forward is { } forward)
            {
                await there.WriteAsync(forward, cancellationToken);
            }
            else
            {
                await inside.WriteAsync("HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), cancellationToken);
            }

            await there.WriteAsync(behind, cancellationToken);
            await JoinAsync(inside, there, cancellationToken);
        }
    }

    private async ValueTask<WayOut> AskAsync(string host, int port, CancellationToken cancellationToken)
    {
        var way = await ways.AskAsync(host, port, cancellationToken);
        if (!way.IsAllowed)
        {
            LogRefused(host, port, way.Reason);
        }

        return way;
    }

    private async Task<Stream> ConnectAsync(WayOut way, int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        return await outside.ConnectAsync(way.Addresses, port, patience.Token);
    }

    private static async Task<(string? Head, byte[] Behind)> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(HeadPatience);
        var buffer = new byte[LargestHead];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), patience.Token);
            if (read == 0)
            {
                return (null, []);
            }

            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                return (Encoding.Latin1.GetString(buffer, 0, end), buffer[(end + 4)..length]);
            }
        }

        return (null, []);
    }

    private static async Task RefuseAsync(NetworkStream stream, string status, string reason, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(reason + "\n");
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync((byte[])[.. head, .. body], cancellationToken);
    }

    /// <summary>Passes on what comes, both ways, until both sides have ended or nothing comes for long.</summary>
    private static async Task JoinAsync(Stream one, Stream other, CancellationToken cancellationToken)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(PassOnAsync(one, other, idle), PassOnAsync(other, one, idle));
    }

    private static async Task PassOnAsync(Stream from, Stream to, CancellationTokenSource idle)
    {
        var chunk = new byte[ChunkBytes];
        try
        {
            while (true)
            {
                idle.CancelAfter(IdlePatience);
                var read = await from.ReadAsync(chunk, idle.Token);
                if (read == 0)
                {
                    (to as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
                    return;
                }

                await to.WriteAsync(chunk.AsMemory(0, read), idle.Token);
            }
        }
        catch
        {
            // One way is broken, so the other one is of no use.
            await idle.CancelAsync();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "A program in the managed network may not reach '{Host}:{Port}'. {Reason}")]
    private partial void LogRefused(string host, int port, string reason);
}
