using System.Data;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>Secrets, which belong to a resource and go with it.</summary>
internal static class SecretTable
{
    private static readonly Statement Upsert = new(
        """
        INSERT INTO secrets (resource_key, name, ciphertext) SELECT key, $2, $3 FROM resources WHERE key = $1
        ON CONFLICT (resource_key, name) DO UPDATE SET ciphertext = excluded.ciphertext
        """,
        DbType.String, DbType.String, DbType.Binary);

    private static readonly Statement Remove = new("DELETE FROM secrets WHERE resource_key = $1 AND name = $2", DbType.String, DbType.String);

    private static readonly Statement FindOne = new(
        "SELECT ciphertext FROM secrets WHERE resource_key = $1 AND name = $2", DbType.String, DbType.String);

    private static readonly Statement ListAll = new(
        "SELECT name, ciphertext FROM secrets WHERE resource_key = $1 ORDER BY name", DbType.String);

    /// <summary>A secret without its resource is a conflict.</summary>
    public static Step Write(SecretWrite secret) => secret.Ciphertext is null
        ? new(Remove, [secret.ResourceKey, secret.Name])
        : new(Upsert, [secret.ResourceKey, secret.Name, secret.Ciphertext], Guards: secret.ResourceKey);

    public static ValueTask<byte[]?> FindAsync(Session session, string resourceKey, string name, CancellationToken cancellationToken) =>
        session.FindAsync(FindOne, [resourceKey, name], static row => row.GetBytes(0), cancellationToken);

    public static async ValueTask<IReadOnlyList<StoredSecret>> ListAsync(Session session, string resourceKey, CancellationToken cancellationToken) =>
        await session.ListAsync(ListAll, [resourceKey], static row => new StoredSecret(row.GetString(0), row.GetBytes(1)), cancellationToken);
}
