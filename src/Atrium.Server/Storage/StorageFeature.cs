using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Blobs;
using Atrium.Server.Storage.Blobs.Batches;
using Atrium.Server.Storage.Blobs.Copies;
using Atrium.Server.Storage.Blobs.Operations;
using Atrium.Server.Storage.Files;
using Atrium.Server.Storage.Files.Operations;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Services;
using Atrium.Server.Storage.Wire;

namespace Atrium.Server.Storage;

/// <summary>Storage accounts, their blobs and their file shares.</summary>
internal static class StorageFeature
{
    public static IServiceCollection AddStorageFeature(this IServiceCollection services) => services
        .AddSettings<StorageOptions>(StorageOptions.Section)
        .AddResourceType<StorageAccountType>()
        .AddResourceType<StorageEndpointType>()
        .AddResourceType<BlobServiceType>()
        .AddResourceType<FileServiceType>()
        .AddPartType($"{StorageAccountType.TypeName}/blobServices")
        .AddPartType($"{StorageAccountType.TypeName}/blobServices/containers")
        .AddPartType($"{StorageAccountType.TypeName}/fileServices")
        .AddPartType($"{StorageAccountType.TypeName}/fileServices/fileshares")
        .AddPartType($"{StorageAccountType.TypeName}/fileServices/shares")
        .AddStorageEngine()
        .AddEgressDoor(ContentBackend.Door)
        .AddSingleton<StorageAccounts>()
        .AddSingleton<AccountKeys>()
        .AddSingleton<DelegationKeys>()
        .AddSingleton<SasProof>()
        .AddSingleton<StorageAuthentication>()
        .AddSingleton<StorageGate>()
        .AddSingleton<OwnAddresses>()
        .AddSingleton<DelegationKeyMaker>()
        .AddBlobService()
        .AddFileService()
        .AddSingleton<StorageOwners>()
        .AddSingleton<ProjectStorage>()
        .AddSingleton<IProjectBlobs, ProjectBlobs>()
        .AddSingleton<IProjectFolder, ProjectFolder>()
        .AddSingleton<IResultContainers, ResultContainers>()
        .AddEgressDoor(ResultContainers.Door)
        .AddSingleton<IErrorDialect, StorageErrors>()
        .AddSingleton<AccountPurge>()
        .AddHostedService<StorageSweep>();

    public static void MapStorageFeature(this IEndpointRouteBuilder routes)
    {
        routes
            .Map("/{storage}" + StorageServices.Blob + "/{**path}", (BlobEndpoint endpoint, string storage, HttpContext context, CancellationToken token) => endpoint.InvokeAsync(storage, context, token))
            .WithTags("Blobs");
        routes
            .Map("/{storage}" + StorageServices.File + "/{**path}", (FileEndpoint endpoint, string storage, HttpContext context, CancellationToken token) => endpoint.InvokeAsync(storage, context, token))
            .WithTags("Files");
    }

    private static IServiceCollection AddBlobService(this IServiceCollection services) => services
        .AddSingleton<BlobRights>()
        .AddSingleton(BlobAttributes.Told)
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
        .AddSingleton<BlobEndpoint>();

    private static IServiceCollection AddFileService(this IServiceCollection services) => services
        .AddSingleton<FileRights>()
        .AddSingleton<FileRenames>()
        .AddSingleton<FileServiceOperations>()
        .AddSingleton<ShareOperations>()
        .AddSingleton<DirectoryOperations>()
        .AddSingleton<FileOperations>()
        .AddSingleton<FileCopyOperations>()
        .AddSingleton<FileOperationTable>()
        .AddSingleton<FileEndpoint>();
}
