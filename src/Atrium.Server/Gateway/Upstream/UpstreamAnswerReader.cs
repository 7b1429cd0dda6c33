using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>Reads a whole answer of a server behind a connection, and says what goes wrong with it in words for the caller.</summary>
internal static class UpstreamAnswerReader
{
    /// <param name="who">What leads there, for messages: the connection 'x'.</param>
    /// <param name="key">The credential that is sent; never in what the caller hears.</param>
    /// <param name="send">Asks.</param>
    /// <param name="longest">Bytes of the answer.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server refused, failed, broke off or was not reached.</exception>
    public static async Task<ServiceAnswer> ReadAsync(string who, string? key, Func<CancellationToken, Task<HttpResponseMessage>> send, int longest, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using var answer = await send(limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw await UpstreamRefusal.ReadAsync(answer, key, limit.Token);
            }

            await using var source = await AnswerStream.OfAsync(answer, who, longest, limit.Token);
            var bytes = await BoundedBody.ReadAsync(source, answer.Content.Headers.ContentLength, longest, limit.Token)
                ?? throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The answer behind {who} has more than {longest} bytes.");
            return new(answer.Content.Headers.ContentType?.ToString() ?? Metering.Json, bytes);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UpstreamRefusal.TooSlow(who);
        }
        catch (HttpRequestException unreachable)
        {
            throw UpstreamRefusal.Unreachable(who, unreachable);
        }
    }
}
