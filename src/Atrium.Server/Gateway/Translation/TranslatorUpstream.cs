using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Has an operation answered by Azure AI Translator where a connection says that it serves it. The request goes on as it came, and so does the answer.</summary>
internal sealed class TranslatorUpstream(ServiceUpstream upstream, ServiceConnections connections, Metering metering)
{
    public static readonly GatewayOperation Transliterate = TranslatorCalls.Operation("transliterate");
    public static readonly GatewayOperation Lookup = TranslatorCalls.Operation("dictionary/lookup");
    public static readonly GatewayOperation Examples = TranslatorCalls.Operation("dictionary/examples");
    private const string Kind = "Translator";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What no engine here does with a translation.</summary>
    public static ApiException Lacking(string what, string option) => ApiException.NoModel($"No engine here {what} ('{option}'). Leave it out, or: {HowTo(TranslatorCalls.Translate)}.");

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

    /// <summary>Whether a connection answers the operation for the caller.</summary>
    public async ValueTask<bool> ServesAsync(GatewayCall call, GatewayOperation operation, CancellationToken cancellationToken) => await connections.FindAsync(call.Owner, Kind, operation.Path, cancellationToken) is not null;

    /// <summary>Has texts translated there that came to us in another way than by the Translator's API.</summary>
    /// <exception cref="ApiException">It was refused, or failed, or what it answered is no translation.</exception>
    public async Task<TranslatedTexts> TranslateAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken)
    {
        var query = QueryString.Create("api-version", "3.0").Add("from", job.From).Add("to", job.Target.Code).Add("textType", job.IsHtml ? "html" : "plain");
        using var body = JsonSerializer.SerializeToDocument(job.Texts.Select(text => new { Text = text }));
        var answer = await upstream.TryAskAsync(call, Kind, TranslatorCalls.Translate.Path, $"/{TranslatorCalls.Translate.Path}{query}", () => Content(body.RootElement), Patience, cancellationToken);
        return answer is not null && Read(answer.Body) is { } texts && texts.Count == job.Texts.Count
            ? new(texts, call.ModelName, null, 0, 0)
            : throw ApiException.Upstream(StatusCodes.Status502BadGateway, "502000", "What the translator behind the connection answered is no translation.");
    }

    /// <summary>One text for each that was asked; null where the answer is none.</summary>
    private static List<string>? Read(byte[] answer)
    {
        try
        {
            var items = JsonSerializer.Deserialize<List<Item>>(answer, JsonSerializerOptions.Web);
            return items?.TrueForAll(item => item?.Translations is [{ Text: not null }, ..]) is true ? items.ConvertAll(item => item.Translations![0].Text!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
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

    private sealed record Item(IReadOnlyList<Translated>? Translations);

    private sealed record Translated(string? Text);
}
