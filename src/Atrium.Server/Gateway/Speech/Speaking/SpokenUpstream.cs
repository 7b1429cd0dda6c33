using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Passes text on to the server behind a deployment's connection and its speech back as it comes. Usage counts the characters of the text.</summary>
internal sealed class SpokenUpstream(UpstreamClient client, UpstreamConnections connections, Metering metering, TimeProvider clock)
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>To the next bytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task AnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        var deployment = call.Deployment!;
        var upstream = await connections.FindAsync(call, deployment.Source!, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"of deployment '{deployment.Name}'");
        call.ModelName = call.Served!.Model;
        call.TokensIn = body.TryGetProperty("input", out var input) && input.ValueKind is JsonValueKind.String ? input.GetString()!.Length : 0;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), timeout, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            using var answer = await client.SendAsync(upstream, AudioSpeech.Operation.Path, call.ModelName, UpstreamBody.Rewrite(body, call.ModelName, false), timeout.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw await UpstreamRefusal.ReadAsync(answer, upstream.Key, timeout.Token);
            }

            await PassAsync(answer, call.Http.Response, deployment, () => timer.Change(Patience, Timeout.InfiniteTimeSpan), timeout.Token);
            metering.Record(call, StatusCodes.Status200OK);
            await call.Http.Response.BodyWriter.FlushAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UpstreamRefusal.TooSlow($"deployment '{deployment.Name}'");
        }
        catch (HttpRequestException unreachable)
        {
            throw UpstreamRefusal.Unreachable($"deployment '{deployment.Name}'", unreachable);
        }
    }

    /// <summary>Events one by one, whole; speech as its bytes come, however many, for none are held.</summary>
    private static async Task PassAsync(HttpResponseMessage answer, HttpResponse response, DeploymentEntry deployment, Action waits, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType is "text/event-stream")
        {
            Events.Begin(response);
            await using var events = await AnswerStream.OfAsync(answer, deployment, cancellationToken);
            await PassedEvents.PassAsync(events, response.BodyWriter, waits, static _ => true, cancellationToken);
            return;
        }

        response.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        await using var speech = await AnswerStream.OfAsync(answer, $"deployment '{deployment.Name}'", long.MaxValue, cancellationToken);
        var chunk = new byte[ChunkBytes];
        for (int read; (read = await speech.ReadAsync(chunk, cancellationToken)) > 0; waits())
        {
            await response.Body.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
