using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Images;

/// <summary>Making images: <c>images/generations</c>, <c>images/edits</c> and <c>images/variations</c>.</summary>
internal static class ImageRoutes
{
    public static IServiceCollection AddImages(this IServiceCollection services) => services.AddSingleton<ImageInbox>().AddSingleton<ImageCalls>();

    public static void MapImages(this RouteGroupBuilder routes, string prefix)
    {
        routes.MapPost(prefix + "/images/generations", Run(ImageCalls.Generate, (ImageCalls images) => images.GenerateAsync));
        routes.MapPost(prefix + "/images/edits", Run(ImageCalls.Edit, (ImageCalls images) => images.EditAsync));
        routes.MapPost(prefix + "/images/variations", Run(ImageCalls.Vary, (ImageCalls images) => images.VaryAsync));
    }
}
