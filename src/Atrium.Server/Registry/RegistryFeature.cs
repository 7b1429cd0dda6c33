using Atrium.Server.Hosting;
using Atrium.Server.Registry.Images;
using Atrium.Server.Registry.Tokens;
using Atrium.Server.Resources;

namespace Atrium.Server.Registry;

/// <summary>Container registries, as resources and with their images.</summary>
internal static class RegistryFeature
{
    public static IServiceCollection AddRegistryFeature(this IServiceCollection services)
    {
        foreach (var type in ImageNames.Types)
        {
            services.AddKeptType(type);
        }

        return services
            .AddResourceType<RegistryType>()
            .AddResourceType<RegistryEndpointType>()
            .AddSingleton<RegistryDirectory>()
            .AddSingleton<RepositoryResolver>()
            .AddSingleton<RegistryTokens>()
            .AddSingleton<ImageAccess>()
            .AddSingleton<TokenCalls>()
            .AddSingleton<ContentFiles>()
            .AddSingleton<UploadWriter>()
            .AddSingleton<ImageStore>()
            .AddSingleton<ImageCalls>()
            .AddSingleton<UploadCalls>()
            .AddSingleton<CatalogCalls>()
            .AddSingleton<ImageSweep>()
            .AddHostedService(provider => provider.GetRequiredService<ImageSweep>())
            .AddSingleton<IErrorDialect, RegistryErrors>();
    }

    public static void MapRegistryFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/subscriptions/{subscriptionId}/providers/Microsoft.ContainerRegistry/checkNameAvailability", RegistryNames.CheckAsync).WithTags("Container registry");
        routes.MapImages();
    }
}
