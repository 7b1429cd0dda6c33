using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Keys;

/// <summary>Where a key lies, as its address says. Pure.</summary>
/// <param name="Vault">Name of the vault; null where the address is at the root of the one host and does not tell.</param>
/// <param name="Name">Of the key.</param>
/// <param name="Version">Null for the current one.</param>
internal sealed record KeyAddress(string? Vault, string Name, string? Version)
{
    /// <param name="identifier">The address.</param>
    /// <param name="suffix"><c>Listen:HostSuffix</c>; null without one.</param>
    /// <returns>Null where it is no address of a key.</returns>
    public static KeyAddress? Parse(string identifier, string? suffix)
    {
        if (!Uri.TryCreate(identifier, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return null;
        }

        var path = (suffix is null ? null : HostNames.PathOf(uri.Host, suffix)) + uri.AbsolutePath;
        return path.Trim('/').Split('/') switch
        {
            ["vaults", var vault, "keys", var name] => Of(vault, name, null),
            ["vaults", var vault, "keys", var name, var version] => Of(vault, name, version),
            ["keys", var name, var version] => Of(null, name, version),
            _ => null,
        };
    }

    /// <summary>The address that always leads there.</summary>
    public string On(string host) => $"{host}/vaults/{Vault}/keys/{Name}{(Version is null ? "" : $"/{Version}")}";

    private static KeyAddress? Of(string? vault, string name, string? version) =>
        VaultKind.IsName(name) && (version is null || VaultKind.IsName(version)) ? new(vault, name, version) : null;
}
