using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Atrium.Portal.Tests.Browser;

/// <summary>A line between browser and hub that can be cut: what is connected breaks, and nothing new gets through until it is mended.</summary>
internal sealed class CuttableRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly ConcurrentDictionary<TcpClient, bool> lines = [];
    private readonly int target;
    private readonly Task accepting;
    private volatile bool isCut;

    public CuttableRelay(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Cut()
    {
        isCut = true;
        foreach (var line in lines.Keys)
        {
            line.Close();
        }
    }

    public void Mend() => isCut = false;

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        Cut();
        listener.Dispose();
        await accepting;
        closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync(closed.Token));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task RelayAsync(TcpClient browser)
    {
        using var hub = new TcpClient();
        lines[browser] = true;
        lines[hub] = true;
        try
        {
            if (!isCut)
            {
                await hub.ConnectAsync(IPAddress.Loopback, target, closed.Token);
                await Task.WhenAny(browser.GetStream().CopyToAsync(hub.GetStream(), closed.Token), hub.GetStream().CopyToAsync(browser.GetStream(), closed.Token));
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
        }
        finally
        {
            lines.TryRemove(hub, out _);
            lines.TryRemove(browser, out _);
            browser.Dispose();
        }
    }
}
