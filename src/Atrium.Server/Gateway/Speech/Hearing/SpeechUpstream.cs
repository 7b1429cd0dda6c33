using System.Text.Json;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>
/// Has an operation of Azure Speech answered there where a connection says that it serves it. Usage counts the seconds that the answer tells of, else one.
/// </summary>
internal sealed class SpeechUpstream(ServiceUpstream service, Metering metering)
{
    public const string Kind = "Speech";
    private const double TicksPerSecond = 1e7;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>What an administrator does to have an operation answered through a connection.</summary>
    public static string HowTo(GatewayOperation operation) => ServiceConnection.HowTo(Kind, operation.Path);

    /// <summary>False where no connection serves it; nothing has been answered then.</summary>
    /// <param name="call">Whose path and query go on as they are, but for what names our account or project.</param>
    /// <param name="operation">As connections name it: its path.</param>
    /// <param name="content">Makes the body.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, Func<HttpContent> content, CancellationToken cancellationToken)
    {
        if (await service.TryAskAsync(call, Kind, operation.Path, PathOf(call.Http.Request), content, Patience, cancellationToken) is not { } answer)
        {
            return false;
        }

        call.TokensIn = SecondsOf(answer.Body);
        await metering.AnswerAsync(call, answer.ContentType, answer.Body, cancellationToken);
        return true;
    }

    /// <summary>The same for a body that is passed on as it comes.</summary>
    public Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, CancellationToken cancellationToken) =>
        TryAnswerAsync(call, operation, () => Content(call.Http.Request), cancellationToken);

    private static StreamContent Content(HttpRequest request)
    {
        var content = new StreamContent(request.Body);

        // As it came: what clients write of codecs is no media type to the letter.
        content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Headers[Pronunciation.Header].FirstOrDefault() is { } assessment)
        {
            content.Headers.TryAddWithoutValidation(Pronunciation.Header, assessment);
        }

        return content;
    }

    /// <summary>From the service's own first segment on.</summary>
    private static string PathOf(HttpRequest request)
    {
        var path = request.Path.Value!;
        var at = path.IndexOf("/speech", StringComparison.OrdinalIgnoreCase);
        var query = QueryString.Create(request.Query.Where(q => !q.Key.Equals("subscription-key", StringComparison.OrdinalIgnoreCase)));
        return path[at..] + query;
    }

    private static long SecondsOf(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            double Number(string name) => root.ValueKind is JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : 0;
            var seconds = (Number("durationMilliseconds") / 1000) + ((Number("Offset") + Number("Duration")) / TicksPerSecond);
            return (long)Math.Clamp(Math.Ceiling(seconds), 1, long.MaxValue);
        }
        catch (JsonException)
        {
            return 1;
        }
    }
}
