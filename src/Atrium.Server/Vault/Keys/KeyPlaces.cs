using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Keys;

/// <summary>
/// Finds the vault of a key that is called at the root of the one host. Clients write a key's address with nothing before <c>/keys/</c> and call it as it stands, so
/// where vaults have no host of their own the address does not tell the vault. Only vaults where the caller may do what it wants are considered: others are as if they did not exist.
/// </summary>
internal sealed class KeyPlaces(VaultAccess access, KeyStore keys)
{
    private const int PageSize = 50;
    private const int MaxPages = 10;

    /// <returns>Empty for none.</returns>
    /// <exception cref="ApiException">400: several fit, and no version says which.</exception>
    public async ValueTask<string> FindAsync(HttpContext context, string key, string? version, VaultRight right, CancellationToken cancellationToken)
    {
        access.CallerOf(context);
        string? found = null;
        string? after = null;
        for (var pages = 0; pages < MaxPages && VaultKind.IsName(key); pages++)
        {
            var page = await keys.FindAnywhereAsync(key, version, after, PageSize, cancellationToken);
            foreach (var item in page)
            {
                var vault = (string.IsNullOrEmpty(version) ? item.Id.Parent! : item.Id.Parent!.Parent!).Name;
                if (!await access.MayAsync(context, vault, key, right, cancellationToken))
                {
                    continue;
                }

                // The same version in two vaults is the same key, restored from a backup.
                if (!string.IsNullOrEmpty(version))
                {
                    return vault;
                }

                if (found is not null)
                {
                    throw ApiException.BadRequest("BadParameter", $"Several vaults have a key '{key}'. Name its version, or call it under the address of its vault.", "key-version");
                }

                found = vault;
            }

            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Row.Key;
        }

        return found ?? "";
    }
}
