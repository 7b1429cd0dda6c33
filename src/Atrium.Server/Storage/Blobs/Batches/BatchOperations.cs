using System.Text;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Storage.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Atrium.Server.Storage.Blobs.Batches;

/// <summary>Many deletions or changes of tier in one request. Each part proves itself and answers for itself.</summary>
internal sealed class BatchOperations(BearerTokens tokens, IServiceProvider services)
{
    private const string Bearer = "Bearer ";
    private static readonly string[] Allowed = ["DeleteBlob", "SetBlobTier"];
    private readonly StorageErrors errors = new();

    public IEnumerable<BlobOperation> All =>
    [
        new("SubmitBatch", "POST", BlobLevel.Service, "batch", BlobRight.Any, RunAsync),
        new("SubmitBatch", "POST", BlobLevel.Container, "batch", BlobRight.Any, RunAsync),
    ];

    private async Task RunAsync(BlobCall call, CancellationToken cancellationToken)
    {
        // The endpoint has the table of operations, and this is one of them.
        var endpoint = services.GetRequiredService<BlobEndpoint>();
        var boundary = $"batchresponse_{Guid.NewGuid()}";
        var answer = new StringBuilder();
        foreach (var part in await BatchPart.ReadAsync(call.Request, cancellationToken))
        {
            var context = Context(call, part);
            await AnswerAsync(endpoint, call, context, cancellationToken);
            Write(answer, boundary, part, context);
        }

        var bytes = Encoding.UTF8.GetBytes(answer.Append("--").Append(boundary).Append("--\r\n").ToString());
        call.Response.StatusCode = StatusCodes.Status202Accepted;
        call.Response.ContentType = $"multipart/mixed; boundary={boundary}";
        call.Response.ContentLength = bytes.Length;
        await call.Response.Body.WriteAsync(bytes, cancellationToken);
    }

    private async Task AnswerAsync(BlobEndpoint endpoint, BlobCall batch, DefaultHttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            if ((string?)context.Request.Headers.Authorization is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            {
                context.Features.Set(await tokens.ProveAsync(header[Bearer.Length..].Trim(), context));
            }

            await endpoint.InvokeAsync(batch.Account.Name, context, Demand, cancellationToken);
        }
        catch (ApiException refused)
        {
            context.Response.StatusCode = refused.Status;
            context.Response.Headers["x-ms-error-code"] = refused.Code;
            context.Response.ContentType = errors.ContentType;
            await context.Response.Body.WriteAsync(errors.Write(refused), cancellationToken);
        }

        void Demand(BlobOperation operation, BlobTarget target)
        {
            if (!Allowed.Contains(operation.Name))
            {
                throw ApiException.BadRequest("InvalidInput", $"A batch holds {string.Join(" or ", Allowed)}; found {operation.Name}.");
            }

            if (batch.Target.Container is { } only && target.Container != only)
            {
                throw ApiException.BadRequest("InvalidInput", "A batch on a container holds requests on its blobs only.");
            }
        }
    }

    /// <summary>The part as a call of its own, which came the way the batch came.</summary>
    private static DefaultHttpContext Context(BlobCall batch, BatchPart part)
    {
        var context = new DefaultHttpContext { RequestServices = batch.Http.RequestServices, RequestAborted = batch.Http.RequestAborted };
        var mark = part.Target.IndexOf('?', StringComparison.Ordinal);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = part.Target;
        context.Connection.RemoteIpAddress = batch.Http.Connection.RemoteIpAddress;
        context.Request.Method = part.Method;
        context.Request.Scheme = batch.Request.Scheme;
        context.Request.Host = batch.Request.Host;
        context.Request.Path = batch.Request.Path;
        context.Request.QueryString = mark < 0 ? QueryString.Empty : new(part.Target[mark..]);
        context.Response.Body = new MemoryStream();
        foreach (var (name, value) in part.Headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private static void Write(StringBuilder answer, string boundary, BatchPart part, DefaultHttpContext context)
    {
        answer.Append("--").Append(boundary).Append("\r\nContent-Type: application/http\r\n");
        if (part.Id is { } id)
        {
            answer.Append("Content-ID: ").Append(id).Append("\r\n");
        }

        var status = context.Response.StatusCode;
        answer.Append("\r\nHTTP/1.1 ").Append(status).Append(' ').Append(ReasonPhrases.GetReasonPhrase(status)).Append("\r\n");
        foreach (var (name, value) in context.Response.Headers)
        {
            answer.Append(name).Append(": ").Append((string?)value).Append("\r\n");
        }

        answer.Append("\r\n").Append(Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray())).Append("\r\n");
    }
}
