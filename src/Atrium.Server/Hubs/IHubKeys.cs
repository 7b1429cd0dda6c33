using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>The key of a hub, which wraps the data keys of its projects. Owned here, implemented by Encryption.</summary>
internal interface IHubKeys
{
    /// <summary>Puts the hub's key under the customer's key that the document names, in the same transaction; adds a problem where that key cannot be used.</summary>
    ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken);

    /// <summary>Whether the hub's customer-managed key lies in a vault outside of this installation that can be asked.</summary>
    bool IsElsewhere(Resource hub);

    /// <summary>Why a hub's customer-managed key cannot be used now: a sentence; null where it can, or there is none.</summary>
    ValueTask<string?> TroubleAsync(Resource hub, CancellationToken cancellationToken);
}
