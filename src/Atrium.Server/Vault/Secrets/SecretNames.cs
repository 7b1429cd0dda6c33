using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault.Secrets;

/// <summary>Names, ids and stored keys of secrets.</summary>
internal static partial class SecretNames
{
    /// <summary>Stored rows: one a secret, with its current version.</summary>
    public const string SecretType = $"{VaultType.TypeName}/secrets";

    /// <summary>Stored rows: one a version; its value lies beside it, encrypted.</summary>
    public const string VersionType = $"{SecretType}/versions";

    public static readonly string SecretRow = SecretType.ToLowerInvariant();
    public static readonly string VersionRow = VersionType.ToLowerInvariant();

    public static ResourceId OfSecret(ResourceId vault, string name) => vault.Child("secrets", name);

    public static ResourceId OfVersion(ResourceId vault, string name, string version) => OfSecret(vault, name).Child("versions", version);

    /// <summary>As clients read it: always at the root of a host, also where the vault is addressed by path, because they take it apart by its segments.</summary>
    public static string IdOf(HttpRequest request, string collection, string name, string? version = null) =>
        $"{request.Scheme}://{request.Host}/{collection}/{name}{(version is null ? "" : $"/{version}")}";

    public static string NewVersion() => Guid.NewGuid().ToString("N");

    /// <exception cref="ApiException">400: it is no name.</exception>
    public static void Demand(string name)
    {
        if (!Name().IsMatch(name))
        {
            throw ApiException.BadRequest("BadParameter", $"'{name}' is no name of a secret: it needs 1 to 127 letters, digits or hyphens.", "secret-name");
        }
    }

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$")]
    private static partial Regex Name();
}
