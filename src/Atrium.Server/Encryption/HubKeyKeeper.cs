using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Encryption;

/// <summary>Makes a hub's key with the hub and wraps it anew when the hub's customer-managed key changes. The data stays as it is, and so does who reads it.</summary>
internal sealed class HubKeyKeeper(KeyRing ring, KeyVaulting vaulting, ICustomerKeys customers) : IHubKeys
{
    private const string Field = "properties.encryption.keyVaultProperties.keyIdentifier";

    public async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var wanted = CustomerKey.Of(edit.Properties["encryption"] as JsonObject);
        var had = CustomerKey.Of(edit.Before?.Properties["encryption"] as JsonObject);
        if (wanted is null || wanted == had || !Guid.TryParse(edit.Text("workspaceId"), out var hub))
        {
            return;
        }

        if (!await customers.KnowsAsync(wanted, cancellationToken))
        {
            // Only hubs have data that it would encrypt; workspaces of other kinds are kept as they are written.
            if (Workspaces.IsHub(edit.After))
            {
                edit.Problems.Add(new(Field, "The key's vault is none of this installation, nor one that the settings name (Encryption:Vaults), so nothing could be encrypted. Make the vault first, or have the operator add it to the settings."));
            }

            return;
        }

        try
        {
            edit.AlsoWrite.Add(had is null
                ? KeyRows.Write(hub, await vaulting.NewAsync(hub, wanted, cancellationToken), before: null)
                : await ring.OfHub(hub).RewrapAsync(wanted, cancellationToken));
        }
        catch (CustomerKeyException unusable)
        {
            edit.Problems.Add(new(Field, $"The key cannot encrypt. {unusable.Message}"));
        }
        catch (ApiException lost) when (lost.Code == KeyRefusals.Code)
        {
            edit.Problems.Add(new(Field, $"The key cannot be changed while the present one cannot be used: what it wraps has to be opened once. {lost.Message}"));
        }
    }

    public bool IsElsewhere(Resource hub) =>
        CustomerKey.Of(hub.Properties["encryption"] as JsonObject) is { } key && customers.IsElsewhere(key);

    public async ValueTask<string?> TroubleAsync(Resource hub, CancellationToken cancellationToken)
    {
        if (CustomerKey.Of(hub.Properties["encryption"] as JsonObject) is not { } key)
        {
            return null;
        }

        try
        {
            await customers.LookAsync(key, cancellationToken);
            return null;
        }
        catch (CustomerKeyException unusable)
        {
            return unusable.Message;
        }
    }
}
