using System.Text;
using System.Text.Json;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Language;

/// <summary>
/// Has texts analyzed by Azure AI Language where a connection says that it serves it: a kind of analysis by its name (EntityRecognition), or all of them (analyze-text).
/// </summary>
internal sealed class LanguageUpstream(ServiceUpstream service, Metering metering)
{
    private const string Kind = "Language";
    private const string AllKinds = "analyze-text";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What an administrator does to have a kind of analysis done that nothing here does.</summary>
    public static string HowTo(string kind) => ServiceConnection.HowTo(Kind, kind);

    /// <summary>False where no connection serves it; nothing has been answered then.</summary>
    public async Task<bool> TryAnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        if (await TryAskAsync(call, body, call.Http.Request.QueryString, cancellationToken) is not { } answer)
        {
            return false;
        }

        await metering.AnswerAsync(call, answer.ContentType, answer.Body, cancellationToken);
        return true;
    }

    /// <summary>What it answered; null where no connection serves it.</summary>
    public async Task<ServiceAnswer?> TryAskAsync(GatewayCall call, JsonElement body, QueryString query, CancellationToken cancellationToken)
    {
        var kind = body.TryGetProperty("kind", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString()! : AllKinds;
        foreach (var served in (string[])[kind, AllKinds])
        {
            if (await service.TryAskAsync(call, Kind, served, $"/language/:analyze-text{query}", () => Content(body), Patience, cancellationToken) is { } answer)
            {
                call.TokensIn = 1;
                return answer;
            }
        }

        return null;
    }

    private static ByteArrayContent Content(JsonElement body) => UpstreamClient.Json(Encoding.UTF8.GetBytes(body.GetRawText()));
}
