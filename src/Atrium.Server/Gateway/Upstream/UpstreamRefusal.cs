using System.Text.Json;
using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>What the caller hears when an upstream refuses or does not answer: its words, code and field where the call is at fault; 502 where the upstream or our connection to it is.</summary>
internal static partial class UpstreamRefusal
{
    /// <summary>Of an error's body; the message in it is shorter.</summary>
    private const int LongestRefusal = 256 * 1024;
    private const int LongestMessage = 4096;
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(1);

    /// <summary>An upstream's 401 is our configuration's fault, not the caller's, and its text may hold our credential.</summary>
    /// <param name="answer">One that is no success.</param>
    /// <param name="key">What was sent as credential; taken out of what the upstream says.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<ApiException> ReadAsync(HttpResponseMessage answer, string? key, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (status is 401 or 403)
        {
            return ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamRefusedCredential", "The upstream server refused the connection's credential.");
        }

        var body = await BodyOfAsync(answer, cancellationToken);
        var (message, code, field) = body is null ? default : Read(body);
        message = message is { Length: > 0 } ? Cut(key is { Length: > 0 } ? message.Replace(key, "***", StringComparison.Ordinal) : message) : $"The upstream server answered {status}.";
        return status switch
        {
            429 => ApiException.Upstream(429, code ?? "TooManyRequests", message, WaitOf(answer), field, mayPass: true),
            >= 500 or < 400 => ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", message, mayPass: status >= 500),
            _ => ApiException.Upstream(status, code ?? "UpstreamRefused", message, target: field, mayPass: status is StatusCodes.Status408RequestTimeout),
        };
    }

    /// <summary>503; the vault that has the secret may answer again.</summary>
    /// <param name="which">Of the connections: of deployment 'x'.</param>
    public static ApiException NotUsable(string which) => ApiException.Upstream(
        StatusCodes.Status503ServiceUnavailable, "ConnectionNotUsable", $"The connection {which} is gone, its target is no http address, or its secret in the vault cannot be read.", mayPass: true);

    /// <param name="who">What leads to the server: deployment 'x'.</param>
    public static ApiException TooSlow(string who) => ApiException.Upstream(StatusCodes.Status504GatewayTimeout, "UpstreamTimeout", $"The server behind {who} did not answer in time.", mayPass: true);

    /// <param name="who">What leads to the server: deployment 'x'.</param>
    /// <param name="failure">Whose kind alone is told.</param>
    public static ApiException Unreachable(string who, HttpRequestException failure) =>
        ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"The server behind {who} cannot be reached ({failure.HttpRequestError}).", mayPass: true);

    /// <summary>Null where it is too long or breaks off: its status says enough.</summary>
    private static async Task<byte[]?> BodyOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), answer.Content.Headers.ContentLength, LongestRefusal, cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>How long it wants to be left alone: seconds, or until a time.</summary>
    private static TimeSpan WaitOf(HttpResponseMessage answer)
    {
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            { Date: { } time } when answer.Headers.Date is { } now => time - now,
            _ => UsualWait,
        };
        return wait > UsualWait ? wait : UsualWait;
    }

    /// <summary>Message, code and field of an error, whatever dialect it is in; null for what it has not.</summary>
    private static (string? Message, string? Code, string? Field) Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
            {
                return default;
            }

            // OpenAI and Azure say {"error": {...}}, some servers {"error": "..."}, others have the members at the top, or one called detail.
            var error = root.TryGetProperty("error", out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.String ? inner : root;
            return error.ValueKind is JsonValueKind.String
                ? (error.GetString(), null, null)
                : (TextOf(error, "message") ?? TextOf(error, "detail"), Named(TextOf(error, "code")), Named(TextOf(error, "param") ?? TextOf(error, "target")));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? TextOf(JsonElement error, string name) => error.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string? Named(string? word) => word is not null && Name().IsMatch(word) ? word : null;

    private static string Cut(string message) => message.Length > LongestMessage ? message[..LongestMessage] : message;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.\[\]-]{0,127}$")]
    private static partial Regex Name();
}
