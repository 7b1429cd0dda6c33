using Atrium.Server.Hosting;
using Atrium.Server.Registry.Tokens;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// The addresses of registries: at the root of the host, as container tools have it, and behind <c>/registries/{registry}</c>, which is also the root of a
/// registry's own host.
/// </summary>
internal static class ImageRoutes
{
    private static readonly string[] Roots = ["", "/registries/{registry}"];

    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        foreach (var root in Roots)
        {
            var group = routes.MapGroup(root).WithTags("Container registry");
            group.MapMethods("/v2", ["GET", "HEAD"], VersionAsync);
            group.MapGet("/v2/_catalog", (HttpContext context, CatalogCalls calls, CancellationToken token) => calls.ListAsync(context, token));
            group.Map("/v2/{**image}", DispatchAsync);
            group.MapGet("/acr/v1/_catalog", (HttpContext context, CatalogCalls calls, CancellationToken token) => calls.ListAsync(context, token));
            group.Map("/acr/v1/{**repository}", (string? repository, HttpContext context, CatalogCalls calls, CancellationToken token) => calls.AnswerAsync(context, WithSlashes(repository), token));
            group.MapGet("/oauth2/token", (HttpContext context, TokenCalls calls, CancellationToken token) => calls.GetAsync(context, token)).DisableAntiforgery();
            group.MapPost("/oauth2/token", (HttpContext context, TokenCalls calls, CancellationToken token) => calls.PostAsync(context, token)).DisableAntiforgery();
            group.MapPost("/oauth2/exchange", (HttpContext context, TokenCalls calls, CancellationToken token) => calls.ExchangeAsync(context, token)).DisableAntiforgery();
        }
    }

    private static async Task VersionAsync(HttpContext context, ImageAccess access, CancellationToken cancellationToken)
    {
        ShowVersion(context);
        await access.DemandCallerAsync(context, cancellationToken);
        await context.Response.WriteAsJsonAsync(new { }, cancellationToken);
    }

    private static Task DispatchAsync(string? image, HttpContext context, ImageCalls images, UploadCalls uploads, CancellationToken cancellationToken)
    {
        ShowVersion(context);
        if (string.IsNullOrEmpty(image))
        {
            return VersionAsync(context, context.RequestServices.GetRequiredService<ImageAccess>(), cancellationToken);
        }

        if (!ImagePath.TryParse(WithSlashes(image), out var path))
        {
            throw ApiException.NotFound("UNSUPPORTED", $"There is nothing at '{context.Request.Path}'.");
        }

        return RunAsync(context, path, images, uploads, cancellationToken);
    }

    /// <exception cref="ApiException">503: the disk is full. What was pushed and not acknowledged is not there.</exception>
    private static async Task RunAsync(HttpContext context, ImagePath path, ImageCalls images, UploadCalls uploads, CancellationToken cancellationToken)
    {
        try
        {
            await CallOf(context, path, images, uploads, cancellationToken);
        }
        catch (IOException full) when (FullDisk.Is(full) && !context.Response.HasStarted)
        {
            throw ApiException.Unavailable("UNAVAILABLE", "There is no room left on the registry's disk. Nothing was kept.");
        }
    }

    private static Task CallOf(HttpContext context, ImagePath path, ImageCalls images, UploadCalls uploads, CancellationToken cancellationToken)
    {
        var (name, reference, method) = (path.Name, path.Reference, context.Request.Method.ToUpperInvariant());
        return (path.Endpoint, method) switch
        {
            (ImageEndpoint.Manifest, "GET" or "HEAD") => images.GetManifestAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Manifest, "PUT") => images.PutManifestAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Manifest, "DELETE") => images.DeleteManifestAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Manifest, _) => throw ApiException.MethodNotAllowed(method, "GET, HEAD, PUT, DELETE"),
            (ImageEndpoint.Blob, "GET" or "HEAD") => images.GetBlobAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Blob, "DELETE") => images.DeleteBlobAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Blob, _) => throw ApiException.MethodNotAllowed(method, "GET, HEAD, DELETE"),
            (ImageEndpoint.Uploads, "POST") => uploads.BeginAsync(context, name, cancellationToken),
            (ImageEndpoint.Uploads, _) => throw ApiException.MethodNotAllowed(method, "POST"),
            (ImageEndpoint.Upload, "PATCH") => uploads.AppendAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Upload, "PUT") => uploads.EndAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Upload, "GET") => uploads.StatusAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Upload, "DELETE") => uploads.CancelAsync(context, name, reference, cancellationToken),
            (ImageEndpoint.Upload, _) => throw ApiException.MethodNotAllowed(method, "GET, PATCH, PUT, DELETE"),
            (ImageEndpoint.Tags, "GET") => images.ListTagsAsync(context, name, cancellationToken),
            (ImageEndpoint.Referrers, "GET") => images.ListReferrersAsync(context, name, reference, cancellationToken),
            _ => throw ApiException.MethodNotAllowed(method, "GET"),
        };
    }

    /// <summary>Some clients escape the slashes of a repository's name, and the server leaves those alone.</summary>
    private static string WithSlashes(string? path) => (path ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static void ShowVersion(HttpContext context) => context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
}
