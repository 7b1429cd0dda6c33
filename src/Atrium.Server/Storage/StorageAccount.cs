using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Storage;

/// <summary>What the data planes must know of a storage account.</summary>
/// <param name="Id">The resource.</param>
/// <param name="Data">Under what its data is kept: an account made later under the name has none of it.</param>
/// <param name="AllowsSharedKey">Whether its keys, and signatures made with them, let anybody in.</param>
/// <param name="Sku">As shown to clients.</param>
/// <param name="Kind">As shown to clients.</param>
/// <param name="Tier">The tier of blobs that say none.</param>
internal sealed record StorageAccount(ResourceId Id, Guid Data, bool AllowsSharedKey, string Sku, string Kind, string Tier)
{
    /// <summary>The internal field that holds <see cref="Data"/>.</summary>
    public const string DataField = "data";

    public string Name => Id.Name;

    public static StorageAccount Read(Resource resource) => new(
        resource.Id,
        DataOf(resource),
        resource.Properties["allowSharedKeyAccess"] is not JsonValue allows || !allows.TryGetValue<bool>(out var yes) || yes,
        (string?)resource.Body["sku"]?["name"] ?? "Standard_LRS",
        resource.Kind ?? "StorageV2",
        (string?)resource.Properties["accessTier"] ?? "Hot");

    /// <summary>Accounts from before there was data have no field; theirs follows from their id.</summary>
    private static Guid DataOf(Resource resource) =>
        Guid.TryParse((string?)resource.Internal[DataField], out var data) ? data : new(SHA256.HashData(Encoding.UTF8.GetBytes(resource.Id.Key)).AsSpan(0, 16));
}
