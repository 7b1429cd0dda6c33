namespace Atrium.Server.Hosting;

/// <summary>Ties the log rows of one request together. A client's own id is taken when it is a GUID.</summary>
internal static class CorrelationId
{
    private const string Header = "x-ms-correlation-request-id";
    private static readonly object Place = new();

    public static string Of(HttpContext context) => (string)context.Items[Place]!;

    /// <summary>Gives every answer its ids, also the ones that fail.</summary>
    public static IApplicationBuilder UseCorrelationIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = Guid.NewGuid().ToString();
        var correlation = Guid.TryParse(context.Request.Headers[Header], out var given) ? given.ToString() : request;
        context.Items[Place] = correlation;
        var headers = context.Response.Headers;
        headers["x-ms-request-id"] = request;
        headers[Header] = correlation;
        if (context.Request.Headers["x-ms-client-request-id"].FirstOrDefault() is { Length: > 0 and <= 128 } client && !client.Any(char.IsControl)
            && context.Request.Headers["x-ms-return-client-request-id"] == "true")
        {
            headers["x-ms-client-request-id"] = client;
        }

        return next(context);
    });
}
