using System.Data;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>Named values of the installation, written once.</summary>
internal static class ValueTable
{
    private static readonly Statement Insert = new(
        "INSERT INTO installation_values (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", DbType.String, DbType.Binary);

    private static readonly Statement FindOne = new("SELECT content FROM installation_values WHERE name = $1", DbType.String);

    public static ValueTask<byte[]?> FindAsync(Session session, string name, CancellationToken cancellationToken) =>
        session.FindAsync(FindOne, [name], static row => row.GetBytes(0), cancellationToken);

    public static async ValueTask<byte[]> GetOrAddAsync(Session session, string name, byte[] value, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(Insert, [name, value], cancellationToken);
        return (await FindAsync(session, name, cancellationToken))!;
    }
}
