using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault;

/// <summary>What a vault keeps under names, in versions: secrets, or keys. Stored as one row a name, with its current version, and one a version.</summary>
/// <param name="Collection">In addresses, and in access policies.</param>
/// <param name="Word">In codes and messages.</param>
internal sealed partial record VaultKind(string Collection, string Word)
{
    public static readonly VaultKind Secrets = new("secrets", "Secret");
    public static readonly VaultKind Keys = new("keys", "Key");

    public string Deleted { get; } = $"deleted{Collection}";

    public string Type { get; } = $"{VaultType.TypeName}/{Collection}";

    public string VersionType { get; } = $"{VaultType.TypeName}/{Collection}/versions";

    public string Row { get; } = $"{VaultType.TypeName}/{Collection}".ToLowerInvariant();

    public string VersionRow { get; } = $"{VaultType.TypeName}/{Collection}/versions".ToLowerInvariant();

    public ResourceId Of(ResourceId vault, string name) => vault.Child(Collection, name);

    public ResourceId OfVersion(ResourceId vault, string name, string version) => Of(vault, name).Child("versions", version);

    public static string NewVersion() => Guid.NewGuid().ToString("N");

    /// <summary>As clients read it: always at the root of a host, also where the vault is addressed by path, because they take it apart by its segments.</summary>
    public static string IdOf(HttpRequest request, string collection, string name, string? version = null) =>
        $"{request.Scheme}://{request.Host}/{collection}/{name}{(version is null ? "" : $"/{version}")}";

    /// <exception cref="ApiException">400: it is no name.</exception>
    public void Demand(string name)
    {
        if (!IsName(name))
        {
            var word = Word.ToLowerInvariant();
            throw ApiException.BadRequest("BadParameter", $"'{name}' is no name of a {word}: it needs 1 to 127 letters, digits or hyphens.", $"{word}-name");
        }
    }

    public static bool IsName(string name) => Name().IsMatch(name);

    public ApiException NotFound(string name, string? version)
    {
        var word = Word.ToLowerInvariant();
        return ApiException.NotFound(
            $"{Word}NotFound",
            $"A {word} with (name/id) {name}{(string.IsNullOrEmpty(version) ? "" : $"/{version}")} was not found in this key vault. If you recently deleted this {word} you may be able to recover it using the correct recovery command.");
    }

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$")]
    private static partial Regex Name();
}
