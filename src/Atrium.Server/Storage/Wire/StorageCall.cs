using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Auth;

namespace Atrium.Server.Storage.Wire;

/// <summary>A call of a storage service under way: whose and by whom.</summary>
internal abstract class StorageCall
{
    public required HttpContext Http { get; init; }

    public required StorageAccount Account { get; init; }

    public required StorageCaller Caller { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset Now { get; init; }

    public HttpRequest Request => Http.Request;

    public HttpResponse Response => Http.Response;

    /// <summary>A header's value; null where it was not sent or is empty.</summary>
    public string? Header(string name) => (string?)Request.Headers[name] is { Length: > 0 } value ? value : null;

    public string? Query(string name) => (string?)Request.Query[name] is { Length: > 0 } value ? value : null;

    public bool Is(string header) => Header(header) is { } value && (bool.TryParse(value, out var yes) ? yes : throw BadHeader(header, "true or false."));

    public long? Number(string header) => Header(header) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw BadHeader(header, "a whole number.");

    public void Set(string header, string? value)
    {
        if (value is not null)
        {
            Response.Headers[header] = value;
        }
    }

    public void Answer(int status) => Response.StatusCode = status;

    public async Task AnswerXmlAsync(byte[] xml, CancellationToken cancellationToken)
    {
        Response.StatusCode = StatusCodes.Status200OK;
        Response.ContentType = "application/xml";
        Response.ContentLength = xml.Length;
        await Response.Body.WriteAsync(xml, cancellationToken);
    }

    public static ApiException BadHeader(string header, string wanted) =>
        ApiException.BadRequest("InvalidHeaderValue", $"The value for one of the HTTP headers is not in the correct format. '{header}' must be {wanted}", header);

    public static ApiException BadQuery(string name, string wanted) =>
        ApiException.BadRequest("InvalidQueryParameterValue", $"Value for one of the query parameters specified in the request URI is invalid. '{name}' must be {wanted}", name);
}
