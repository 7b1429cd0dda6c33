using System.Net.Sockets;
using Atrium.Server.Hosting;

namespace Atrium.Server.Egress;

/// <summary>Fetches what a URL of a request leads to, whole and within bounds.</summary>
internal sealed class UrlFetcher(EgressClient egress)
{
    private static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The content, whole.</summary>
    /// <param name="door">Of the feature that fetches.</param>
    /// <param name="url">Where it is; http or https.</param>
    /// <param name="workspace">Key of the hub or project for which it is fetched; null for none.</param>
    /// <param name="maxBytes">More is refused.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <exception cref="FetchRefusedException">The URL is not allowed, or nothing usable came.</exception>
    public Task<byte[]> FetchAsync(EgressDoor door, string url, string? workspace, int maxBytes, CancellationToken cancellationToken) =>
        FetchAsync(door, url, workspace, WholeTimeout, (content, token) => ReadAsync(content, maxBytes, token), cancellationToken);

    /// <summary>The content, written as it comes to where there is room for it.</summary>
    /// <param name="door">Of the feature that fetches.</param>
    /// <param name="url">Where it is; http or https.</param>
    /// <param name="workspace">Key of the hub or project for which it is fetched; null for none.</param>
    /// <param name="target">Where it is written.</param>
    /// <param name="maxBytes">More is refused.</param>
    /// <param name="patience">For all of it.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <exception cref="FetchRefusedException">The URL is not allowed, or nothing usable came.</exception>
    /// <exception cref="IOException">It came, and could not be written.</exception>
    public Task<long> FetchToAsync(EgressDoor door, string url, string? workspace, Stream target, long maxBytes, TimeSpan patience, CancellationToken cancellationToken) =>
        FetchAsync(door, url, workspace, patience, (content, token) => WriteAsync(content, target, maxBytes, token), cancellationToken);

    private async Task<T> FetchAsync<T>(EgressDoor door, string url, string? workspace, TimeSpan patience, Func<HttpContent, CancellationToken, Task<T>> take, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : null);
            using var answer = await egress.SendAsync(new(door, workspace), request, limit.Token);
            return answer.IsSuccessStatusCode
                ? await take(answer.Content, limit.Token)
                : throw new FetchRefusedException($"'{address!.Host}' answered {(int)answer.StatusCode}.");
        }
        catch (EgressRefusedException refused)
        {
            throw new FetchRefusedException(refused.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchRefusedException($"Nothing came within {patience.TotalSeconds} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            throw new FetchRefusedException(EgressRefusedException.UnreachableMessage);
        }
    }

    private static async Task<long> WriteAsync(HttpContent content, Stream target, long maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = new FetchedStream(await content.ReadAsStreamAsync(cancellationToken));
        return await BoundedBody.CopyAsync(stream, target, maxBytes, cancellationToken) ?? throw new FetchRefusedException($"There are more than {maxBytes} bytes at it.");
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = new FetchedStream(await content.ReadAsStreamAsync(cancellationToken));
        return await BoundedBody.ReadAsync(stream, content.Headers.ContentLength, maxBytes, cancellationToken)
            ?? throw new FetchRefusedException($"There are more than {maxBytes} bytes at it.");
    }
}
