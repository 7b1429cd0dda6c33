using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Blobs;
using Atrium.Server.Storage.Blobs.Batches;
using Atrium.Server.Storage.Blobs.Copies;
using Atrium.Server.Storage.Blobs.Operations;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Storage.Sas;

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
        .AddSingleton<DelegationKeys>()
        .AddSingleton<SasProof>()
        .AddSingleton<StorageAuthentication>()
        .AddSingleton<BlobRights>()
        .AddSingleton<BodyTaker>()
        .AddSingleton<ServiceOperations>()
        .AddSingleton<ContainerOperations>()
        .AddSingleton<ListOperations>()
        .AddSingleton<BlobOperations>()
        .AddSingleton<BlockOperations>()
        .AddSingleton<PropertyOperations>()
        .AddSingleton<FindOperations>()
        .AddSingleton<StateOperations>()
        .AddSingleton<AppendOperations>()
        .AddSingleton<OwnBlobs>()
        .AddSingleton<CopySources>()
        .AddSingleton<CopyOperations>()
        .AddSingleton<BatchOperations>()
        .AddEgressDoor(CopySources.Door)
        .AddSingleton<BlobOperationTable>()
        .AddSingleton<BlobEndpoint>()
        .AddSingleton<StorageOwners>()
        .AddSingleton<ProjectStorage>()
        .AddSingleton<IProjectBlobs, ProjectBlobs>()
        .AddSingleton<IErrorDialect, BlobErrors>()
        .AddHostedService<StorageSweep>();

    public static void MapStorageFeature(this IEndpointRouteBuilder routes) => routes
        .Map("/{storage}" + StorageServices.Blob + "/{**path}", (BlobEndpoint endpoint, string storage, HttpContext context, CancellationToken token) => endpoint.InvokeAsync(storage, context, token))
        .WithTags("Blobs");
}
