using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Blobs;
using Atrium.Server.Storage.Blobs.Operations;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Storage;

/// <summary>Storage accounts and their blobs.</summary>
internal static class StorageFeature
{
    public static IServiceCollection AddStorageFeature(this IServiceCollection services) => services
        .AddSettings<StorageOptions>(StorageOptions.Section)
        .AddResourceType<StorageAccountType>()
        .AddBlobEngine()
        .AddSingleton<StorageAccounts>()
        .AddSingleton<AccountKeys>()
        .AddSingleton<StorageAuthentication>()
        .AddSingleton<BlobRights>()
        .AddSingleton<BodyTaker>()
        .AddSingleton<ServiceOperations>()
        .AddSingleton<ContainerOperations>()
        .AddSingleton<ListOperations>()
        .AddSingleton<BlobOperations>()
        .AddSingleton<BlockOperations>()
        .AddSingleton<BlobOperationTable>()
        .AddSingleton<BlobEndpoint>()
        .AddSingleton<ProjectStorage>()
        .AddSingleton<IProjectBlobs, ProjectBlobs>()
        .AddSingleton<IErrorDialect, BlobErrors>()
        .AddHostedService<StorageSweep>();

    public static void MapStorageFeature(this IEndpointRouteBuilder routes) => routes
        .Map("/{storage}" + StorageServices.Blob + "/{**path}", (BlobEndpoint endpoint, string storage, HttpContext context, CancellationToken token) => endpoint.InvokeAsync(storage, context, token))
        .WithTags("Blobs");
}
