using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Services;

/// <summary><c>Microsoft.Storage/storageAccounts/blobServices</c>: how long deleted blobs and containers can be had back.</summary>
internal sealed class BlobServiceType(IAtriumStore store, IAccessControl access, LockKeeper locks, TimeProvider clock, BlobRows rows) : StorageServiceType(store, access, locks, clock)
{
    private const string BlobPolicy = "deleteRetentionPolicy";
    private const string ContainerPolicy = "containerDeleteRetentionPolicy";

    public override string Name => $"{StorageAccountType.TypeName}/blobServices";

    protected override IReadOnlyList<string> Policies { get; } = [BlobPolicy, ContainerPolicy];

    protected override async ValueTask<IReadOnlyDictionary<string, int>> GetAsync(Guid account, CancellationToken cancellationToken)
    {
        var settings = await rows.SettingsAsync(account, cancellationToken);
        return new Dictionary<string, int> { [BlobPolicy] = settings.BlobRetentionDays, [ContainerPolicy] = settings.ContainerRetentionDays };
    }

    protected override Task SetAsync(Guid account, IReadOnlyDictionary<string, int> days, CancellationToken cancellationToken) => rows.SetSettingsAsync(
        account,
        before => before with
        {
            BlobRetentionDays = days.GetValueOrDefault(BlobPolicy, before.BlobRetentionDays),
            ContainerRetentionDays = days.GetValueOrDefault(ContainerPolicy, before.ContainerRetentionDays),
        },
        cancellationToken);
}
