using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>
/// Passes a call on and its answer back: a stream event by event as it comes, with the usage event kept for ourselves when the caller did not ask for it.
/// When the caller goes away, the upstream call is cancelled with his.
/// </summary>
internal sealed class UpstreamAnswer(UpstreamClient client, UpstreamConnections connections, Metering metering, TimeProvider clock)
{
    /// <summary>To the first byte of an answer; a large model may think for long.</summary>
    private static readonly TimeSpan FirstByte = TimeSpan.FromMinutes(5);

    /// <summary>Between two events of a stream.</summary>
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromMinutes(2);

    /// <summary>Passes JSON on.</summary>
    public Task AnswerAsync(GatewayCall call, string operation, JsonElement body, CancellationToken cancellationToken)
    {
        var streams = body.TryGetProperty("stream", out var stream) && stream.ValueKind is JsonValueKind.True;
        var wantsUsage = streams && body.TryGetProperty("stream_options", out var options) && options.ValueKind is JsonValueKind.Object
            && options.TryGetProperty("include_usage", out var include) && include.ValueKind is JsonValueKind.True;
        var asksUsage = streams && operation.EndsWith("completions", StringComparison.Ordinal);
        return AnswerAsync(call, operation, () => UpstreamClient.Json(UpstreamBody.Rewrite(body, call.Served!.Model, asksUsage)), streams, wantsUsage || !asksUsage, cancellationToken);
    }

    /// <summary>Passes a body of another kind on.</summary>
    public Task AnswerAsync(GatewayCall call, string operation, Func<HttpContent> body, bool streams, CancellationToken cancellationToken) =>
        AnswerAsync(call, operation, body, streams, wantsUsage: true, cancellationToken);

    private async Task AnswerAsync(GatewayCall call, string operation, Func<HttpContent> body, bool streams, bool wantsUsage, CancellationToken cancellationToken)
    {
        var upstream = await connections.FindAsync(call, call.Deployment!.Source!, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"of deployment '{call.Deployment.Name}'");
        var model = call.Served!.Model;
        call.ModelName = model;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), timeout, FirstByte, Timeout.InfiniteTimeSpan);
        try
        {
            using var content = body();
            using var answer = await client.SendAsync(upstream, operation, model, content, timeout.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw await UpstreamRefusal.ReadAsync(answer, upstream.Key, timeout.Token);
            }

            if (streams && answer.Content.Headers.ContentType?.MediaType is "text/event-stream")
            {
                await StreamAsync(call, answer, wantsUsage, timer, timeout.Token);
            }
            else
            {
                await WholeAsync(call, answer, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UpstreamRefusal.TooSlow($"deployment '{call.Deployment.Name}'");
        }
        catch (HttpRequestException unreachable)
        {
            throw UpstreamRefusal.Unreachable($"deployment '{call.Deployment.Name}'", unreachable);
        }
    }

    private async Task WholeAsync(GatewayCall call, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using var source = await AnswerStream.OfAsync(answer, call.Deployment!, cancellationToken);
        await source.CopyToAsync(buffer, cancellationToken);
        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        UsageReader.Read(bytes.Span, call);
        await metering.AnswerAsync(call, Metering.Json, bytes, cancellationToken);
    }

    private async Task StreamAsync(GatewayCall call, HttpResponseMessage answer, bool wantsUsage, ITimer timer, CancellationToken cancellationToken)
    {
        var response = call.Http.Response;
        Events.Begin(response);
        await using var source = await AnswerStream.OfAsync(answer, call.Deployment!, cancellationToken);
        var counted = 0L;
        await PassedEvents.PassAsync(
            source,
            response.BodyWriter,
            () => timer.Change(BetweenEvents, Timeout.InfiniteTimeSpan),
            item =>
            {
                var kind = UsageReader.ReadEvent(item, call, ref counted);
                if (kind is EventKind.Done)
                {
                    metering.Record(call, StatusCodes.Status200OK);
                }

                return kind is not EventKind.UsageOnly || wantsUsage;
            },
            cancellationToken);
        metering.Record(call, StatusCodes.Status200OK);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
