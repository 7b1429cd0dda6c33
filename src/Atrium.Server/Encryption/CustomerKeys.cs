using Atrium.Server.Egress;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Encryption;

/// <summary>Customers' keys wherever they lie: in a vault that the settings name, or in one of this installation.</summary>
internal sealed class CustomerKeys(VaultCustomerKeys own, IOptions<EncryptionOptions> options, EgressClient egress, TimeProvider clock) : ICustomerKeys
{
    private readonly ExternalVault[] elsewhere = [.. options.Value.Vaults.Select(vault => new ExternalVault(vault, egress, clock))];

    public bool IsElsewhere(CustomerKey key) => Array.Exists(elsewhere, vault => vault.IsElsewhere(key));

    public ValueTask<bool> KnowsAsync(CustomerKey key, CancellationToken cancellationToken) => Of(key).KnowsAsync(key, cancellationToken);

    public ValueTask<CustomerKey> LookAsync(CustomerKey key, CancellationToken cancellationToken) => Of(key).LookAsync(key, cancellationToken);

    public ValueTask ProveAsync(WrappedKey wrapped, CancellationToken cancellationToken) => Of(wrapped.Key).ProveAsync(wrapped, cancellationToken);

    public ValueTask<WrappedKey> WrapAsync(CustomerKey key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken) => Of(key).WrapAsync(key, plain, cancellationToken);

    public ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) => Of(wrapped.Key).UnwrapAsync(wrapped, cancellationToken);

    private ICustomerKeys Of(CustomerKey key) => Array.Find(elsewhere, vault => vault.IsElsewhere(key)) ?? (ICustomerKeys)own;
}
