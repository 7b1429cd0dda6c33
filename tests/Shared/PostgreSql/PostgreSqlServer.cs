using Atrium.Testing.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Atrium.Testing.PostgreSql;

/// <summary>The server that the tests use: the one that <c>ATRIUM_TEST_POSTGRES</c> names, or a private one, or none. Found when the first test asks.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    public const string Variable = "ATRIUM_TEST_POSTGRES";

    private readonly Lazy<Task<string?>> connectionString;
    private PrivateCluster? cluster;

    public PostgreSqlServer() => connectionString = new(FindAsync);

    /// <summary>A connection string; the test is skipped where there is no server.</summary>
    public async Task<string> RequireAsync()
    {
        var found = await connectionString.Value;
        Assert.SkipWhen(found is null, $"No PostgreSQL: {Variable} is not set and /usr/lib/postgresql has no server (apt-get install postgresql).");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    private async Task<string?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        cluster = await PrivateCluster.TryStartAsync();
        return cluster?.ConnectionString;
    }
}
