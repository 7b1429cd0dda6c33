namespace Atrium.Server.Hosting;

/// <summary>
/// Takes doubled slashes out of the beginning of a path, and behind a vault's name. Clients that join an address, which ends with a slash, and a path, which begins
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
        else if (context.Request.Path.StartsWithSegments("/vaults", out var rest) && rest.Value!.IndexOf("//", StringComparison.Ordinal) is > 0 and var at && rest.Value.LastIndexOf('/', at - 1) == 0)
        {
            context.Request.Path = $"/vaults{rest.Value[..at]}/{rest.Value[at..].TrimStart('/')}";
        }

        return next(context);
    });
}
