using System.Globalization;
using System.Text.Json;
using Atrium.Contracts;

namespace Atrium.Server.Hosting;

/// <summary>Writes refusals and failures in the dialect of the API that was called.</summary>
internal static partial class Errors
{
    public static IApplicationBuilder UseErrors(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Atrium.Errors");
        return app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
                if (context.Response is { StatusCode: 404, HasStarted: false, ContentLength: null, ContentType: null } && context.GetEndpoint() is null)
                {
                    await WriteAsync(context, ApiException.NotFound("NotFound", $"There is nothing at '{context.Request.Path}'."));
                }
            }
            catch (ApiException refused) when (!context.Response.HasStarted)
            {
                await WriteAsync(context, refused);
            }
            catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
            {
                await WriteAsync(context, ApiException.BadRequest("InvalidRequest", refused.Message));
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
            }
            catch (IOException full) when (FullDisk.Is(full) && !context.Response.HasStarted)
            {
                LogFull(logger, context.Request.Method, context.Request.Path);
                await WriteAsync(context, ApiException.DiskFull());
            }
            catch (Exception failure) when (!context.Response.HasStarted)
            {
                var correlation = CorrelationId.Of(context);
                LogFailure(logger, failure, context.Request.Method, context.Request.Path, correlation);
                await WriteAsync(context, ApiException.Internal(correlation));
            }
        });
    }

    private static async Task WriteAsync(HttpContext context, ApiException error)
    {
        foreach (var watcher in context.RequestServices.GetServices<IRefusalWatcher>())
        {
            await watcher.SeeAsync(context, error);
        }

        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (error.Challenge is { } challenge)
        {
            response.Headers.WWWAuthenticate = challenge;
        }

        response.Headers["x-ms-error-code"] = error.Code;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var writer = context.RequestServices.GetServices<IErrorDialect>().FirstOrDefault(d => d.Speaks(context.Request.Path)) ?? ResourceErrorDialect.Instance;
        var body = writer.Write(error);

        // Over the length of an answer that was to go out instead.
        (response.ContentType, response.ContentLength) = (writer.ContentType, body.Length);
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} was refused: the disk is full.")]
    private static partial void LogFull(ILogger logger, string method, string path);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed. Correlation id: {CorrelationId}.")]
    private static partial void LogFailure(ILogger logger, Exception failure, string method, string path, string correlationId);
}

/// <summary>How one API writes its errors.</summary>
internal interface IErrorDialect
{
    string ContentType => "application/json; charset=utf-8";

    bool Speaks(PathString path);

    byte[] Write(ApiException error);
}

/// <summary>The resource API's envelope.</summary>
internal sealed class ResourceErrorDialect : IErrorDialect
{
    public static ResourceErrorDialect Instance { get; } = new();

    public bool Speaks(PathString path) => true;

    public byte[] Write(ApiException error) => JsonSerializer.SerializeToUtf8Bytes(new ErrorResponse(ToBody(error)), JsonSerializerOptions.Web);

    public static ErrorBody ToBody(ApiException error) => new()
    {
        Code = error.Code,
        Message = error.Message,
        Target = error.Target,
        Details = error.Problems.Count > 1 ? [.. error.Problems.Select(p => new ErrorBody { Code = p.Code, Message = p.Message, Target = p.Target })] : null,
        AdditionalInfo = error.Info.Count > 0 ? error.Info : null,
    };
}
