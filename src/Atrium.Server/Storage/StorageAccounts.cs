using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Storage;

/// <summary>The storage accounts by name, in memory.</summary>
internal sealed class StorageAccounts(IAtriumStore store, ChangeFeed feed)
    : SnapshotState<StorageAccountModel>(store, feed, StorageAccountModel.Empty, StorageAccountType.TypeName)
{
    protected override StorageAccountModel Put(StorageAccountModel model, Resource resource) => model.With(StorageAccount.Read(resource));

    protected override StorageAccountModel Remove(StorageAccountModel model, string key, string type) => model.Without(key);
}

/// <summary>Storage accounts at a version.</summary>
internal sealed class StorageAccountModel
{
    private readonly ImmutableDictionary<string, StorageAccount> byName;

    private StorageAccountModel(ImmutableDictionary<string, StorageAccount> byName) => this.byName = byName;

    public static StorageAccountModel Empty { get; } = new(ImmutableDictionary.Create<string, StorageAccount>(StringComparer.OrdinalIgnoreCase));

    public IEnumerable<StorageAccount> All => byName.Values;

    public StorageAccount? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Of two accounts of one name, from before names were held, the first one read has the address.</summary>
    public StorageAccountModel With(StorageAccount account) =>
        byName.TryGetValue(account.Name, out var there) && there.Id != account.Id ? this : new(byName.SetItem(account.Name, account));

    public StorageAccountModel Without(string key) => ResourceId.Parse(key) is var id && byName.TryGetValue(id.Name, out var there) && there.Id == id ? new(byName.Remove(id.Name)) : this;
}
