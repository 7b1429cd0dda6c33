using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Has an operation answered by Azure AI Translator where a connection says that it serves it. The request goes on as it came, and so does the answer.</summary>
internal sealed class TranslatorUpstream(ServiceUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Transliterate = TranslatorCalls.Operation("transliterate");
    public static readonly GatewayOperation Lookup = TranslatorCalls.Operation("dictionary/lookup");
    public static readonly GatewayOperation Examples = TranslatorCalls.Operation("dictionary/examples");
    private const string Kind = "Translator";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static string HowTo(GatewayOperation operation) => ServiceConnection.HowTo(Kind, operation.Path);

    /// <summary>False where no connection serves it; nothing has been answered then.</summary>
    public async Task<bool> TryAnswerAsync(GatewayCall call, GatewayOperation operation, JsonElement body, CancellationToken cancellationToken)
    {
        if (await upstream.TryAskAsync(call, Kind, operation.Path, $"/{operation.Path}{call.Http.Request.QueryString}", () => Content(body), Patience, cancellationToken) is not { } answer)
        {
            return false;
        }

        call.TokensIn = 1;
        await metering.AnswerAsync(call, answer.ContentType, answer.Body, cancellationToken);
        return true;
    }

    /// <summary>An operation that nothing here can do by itself.</summary>
    public Func<GatewayCall, CancellationToken, Task> AnswerOnly(GatewayOperation operation) => async (call, cancellationToken) =>
    {
        _ = TranslatorVersion.Of(call.Http.Request);
        using var body = await BodyReader.ReadAnyAsync(call.Http.Request, cancellationToken);
        if (!await TryAnswerAsync(call, operation, body.RootElement, cancellationToken))
        {
            throw ApiException.NoModel($"No engine here has '{operation.Path}'. {HowTo(operation)}.");
        }
    };

    private static ByteArrayContent Content(JsonElement body) => new(Encoding.UTF8.GetBytes(body.GetRawText())) { Headers = { ContentType = new MediaTypeHeaderValue(Metering.Json) } };
}
