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
    public async Task<byte[]> FetchAsync(EgressDoor door, string url, string? workspace, int maxBytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WholeTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : null);
            using var answer = await egress.SendAsync(new(door, workspace), request, limit.Token);
            return answer.IsSuccessStatusCode
                ? await ReadAsync(answer.Content, maxBytes, limit.Token)
                : throw new FetchRefusedException($"'{address!.Host}' answered {(int)answer.StatusCode}.");
        }
        catch (EgressRefusedException refused)
        {
            throw new FetchRefusedException(refused.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchRefusedException($"Nothing came within {WholeTimeout.TotalSeconds} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            throw new FetchRefusedException(EgressRefusedException.UnreachableMessage);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await BoundedBody.ReadAsync(stream, content.Headers.ContentLength, maxBytes, cancellationToken)
            ?? throw new FetchRefusedException($"There are more than {maxBytes} bytes at it.");
    }
}
