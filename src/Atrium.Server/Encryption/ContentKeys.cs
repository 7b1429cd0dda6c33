using Atrium.Server.Resources;
using Atrium.Storage.Sealing;

namespace Atrium.Server.Encryption;

/// <summary>
/// Under which key contents of blobs, images and files lie on the disk: a project's under the project's data key, known by the GUID in front of the name; what belongs to no
/// project under the installation's.
/// </summary>
internal sealed class ContentKeys(KeyRing ring, KeyOwners owners) : IContentKeys
{
    public async ValueTask<ContentKey?> ForAsync(Guid account, string container, CancellationToken cancellationToken)
    {
        var workspace = OwnerOf(container) is { } named && (await owners.ReadAsync(cancellationToken)).HubOf(named) is not null ? named : KeyRing.Installation;
        return await ring.SealsAsync(workspace, cancellationToken) ? await ring.ForAsync(workspace, cancellationToken) : null;
    }

    public async ValueTask<ContentKey> OpenAsync(Guid key, CancellationToken cancellationToken) => await ring.OpenAsync(key, cancellationToken);

    /// <summary>Containers have the GUID in front; the contents of images lie in a folder that is called so.</summary>
    private static Guid? OwnerOf(string name) => OwnedName.OwnerOf(name) ?? (Guid.TryParseExact(name, "D", out var id) ? id : null);
}
