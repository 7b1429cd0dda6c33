namespace Atrium.Server.Vault;

/// <summary>
/// Takes doubled slashes out of the paths of vaults and their keys. Clients that were given no version leave its segment empty, and those that join a vault's address,
/// which ends with a slash, and a path send two; routes know no empty segments, and the published service takes them.
/// </summary>
internal static class VaultPaths
{
    public static void UseVaultPaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var path = context.Request.Path;
        if (path.Value!.Contains("//", StringComparison.Ordinal) && (path.StartsWithSegments("/vaults") || path.StartsWithSegments("/keys")))
        {
            context.Request.Path = path.Value.Replace("//", "/", StringComparison.Ordinal);
        }

        return next(context);
    });
}
