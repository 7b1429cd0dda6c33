namespace Atrium.Server.Hosting;

/// <summary>
/// Takes doubled slashes out of the beginning of a path. Clients that join an address, which ends with a slash, and a path, which begins
/// with one, send two; the published service takes them.
/// </summary>
internal static class PathTidy
{
    public static IApplicationBuilder UsePathTidy(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { Length: > 1 } path && path[1] == '/')
        {
            context.Request.Path = "/" + path.TrimStart('/');
        }

        return next(context);
    });
}
