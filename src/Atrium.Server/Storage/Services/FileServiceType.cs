using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Services;

/// <summary><c>Microsoft.Storage/storageAccounts/fileServices</c>: how long deleted shares can be had back.</summary>
internal sealed class FileServiceType(IAtriumStore store, IAccessControl access, LockKeeper locks, TimeProvider clock, FileShares shares) : StorageServiceType(store, access, locks, clock)
{
    private const string SharePolicy = "shareDeleteRetentionPolicy";

    public override string Name => $"{StorageAccountType.TypeName}/fileServices";

    protected override IReadOnlyList<string> Policies { get; } = [SharePolicy];

    protected override async ValueTask<IReadOnlyDictionary<string, int>> GetAsync(Guid account, CancellationToken cancellationToken) =>
        new Dictionary<string, int> { [SharePolicy] = (await shares.SettingsAsync(account, cancellationToken)).ShareRetentionDays };

    protected override Task SetAsync(Guid account, IReadOnlyDictionary<string, int> days, CancellationToken cancellationToken) =>
        shares.SetSettingsAsync(account, before => before with { ShareRetentionDays = days.GetValueOrDefault(SharePolicy, before.ShareRetentionDays) }, cancellationToken);
}
