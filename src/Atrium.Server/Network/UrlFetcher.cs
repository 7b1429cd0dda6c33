using System.Net;
using System.Net.Sockets;
using Atrium.Server.Hosting;

namespace Atrium.Server.Network;

/// <summary>
/// Fetches what a URL of a request leads to. The name is resolved once, the address is checked and that very address is connected to, so a name cannot change
/// its mind in between; every redirect goes the same way. No proxy, no cookies, no credentials.
/// </summary>
internal sealed class UrlFetcher : IDisposable
{
    private const int MaxRedirects = 5;

    /// <summary>The same words for a name that is not there and for one inside: which names there are inside is nobody's business.</summary>
    private const string Unreachable = "Its host cannot be reached, or has an address that is not public.";
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(20);
    private readonly EgressPolicy policy;
    private readonly HttpMessageInvoker http;

    public UrlFetcher(EgressPolicy policy)
    {
        this.policy = policy;
        http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
        });
    }

    /// <summary>The content, whole.</summary>
    /// <param name="url">Where it is; http or https.</param>
    /// <param name="hub">Key of the hub for which it is fetched.</param>
    /// <param name="maxBytes">More is refused.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <exception cref="FetchRefusedException">The URL is not allowed, or nothing usable came.</exception>
    public async Task<byte[]> FetchAsync(string url, string? hub, int maxBytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WholeTimeout);
        try
        {
            var target = await CheckedAsync(Parse(url), hub, limit.Token);
            for (var redirects = 0; ; redirects++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, target);
                using var answer = await http.SendAsync(request, limit.Token);
                if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next && redirects < MaxRedirects)
                {
                    target = await CheckedAsync(new(target, next), hub, limit.Token);
                    continue;
                }

                return answer.IsSuccessStatusCode
                    ? await ReadAsync(answer.Content, maxBytes, limit.Token)
                    : throw new FetchRefusedException($"'{target.Host}' answered {(int)answer.StatusCode}.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchRefusedException($"Nothing came within {WholeTimeout.TotalSeconds} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            throw (failure.InnerException as FetchRefusedException) ?? new FetchRefusedException(Unreachable);
        }
    }

    public void Dispose() => http.Dispose();

    private static Uri Parse(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : throw new FetchRefusedException("It is no absolute URL.");

    private async ValueTask<Uri> CheckedAsync(Uri target, string? hub, CancellationToken cancellationToken)
    {
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
        {
            throw new FetchRefusedException("Its scheme must be http or https.");
        }

        if (target.UserInfo.Length > 0)
        {
            throw new FetchRefusedException("It must not hold a user name or password.");
        }

        return await policy.AllowsAsync(hub, target, cancellationToken)
            ? target
            : throw new FetchRefusedException($"The managed network of the hub has no outbound rule for '{target.IdnHost}'.");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(context.DnsEndPoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (addresses.Length == 0 || !addresses.All(policy.Allows))
        {
            throw new FetchRefusedException(Unreachable);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await BoundedBody.ReadAsync(stream, content.Headers.ContentLength, maxBytes, cancellationToken)
            ?? throw new FetchRefusedException($"There are more than {maxBytes} bytes at it.");
    }
}
