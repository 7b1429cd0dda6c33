using Atrium.Server.Storage.Files.Operations;
using Atrium.Server.Storage.Wire;

namespace Atrium.Server.Storage.Files;

/// <summary>
/// Leads a rename whose address begins with the share to the account of what is renamed. The Node client writes such an address, because it takes the account for a
/// part of the host's name. Who calls is proved afterwards, as for any call.
/// </summary>
internal static class FileRenameRouting
{
    public static void UseFileRenames(this WebApplication app)
    {
        var own = app.Services.GetRequiredService<OwnAddresses>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (HttpMethods.IsPut(request.Method)
                && request.Query["comp"] == "rename"
                && !StorageServices.IsOne(request.Path)
                && Uri.TryCreate(request.Headers[FileRenames.Source], UriKind.Absolute, out var source)
                && own.ServiceOf(source, request.Host.Value) is { } service
                && service.EndsWith(StorageServices.File, StringComparison.OrdinalIgnoreCase))
            {
                request.Path = $"/{service}" + request.Path;
            }

            return next(context);
        });
    }
}
