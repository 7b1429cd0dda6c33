using Atrium.Server.Resources;

namespace Atrium.Server.Storage;

/// <summary>Storage accounts.</summary>
internal static class StorageFeature
{
    public static IServiceCollection AddStorageFeature(this IServiceCollection services) => services.AddResourceType<StorageAccountType>();
}
