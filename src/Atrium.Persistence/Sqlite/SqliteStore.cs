using Microsoft.Data.Sqlite;

namespace Atrium.Persistence.Sqlite;

/// <summary>The store in one SQLite file.</summary>
internal sealed class SqliteStore : IAtriumStore
{
    private const string ResourceColumns = "key, id, type, body, link, purge_at, version";
    private const string OperationColumns =
        "id, kind, resource_key, resource_id, status, input, output, error, percent, attempts, started_at, ended_at, caller, correlation_id, leased_by, leased_until";

    private const string UsageColumns = "id, time, account, project, caller, operation, deployment, model, tokens_in, tokens_out, latency_ms, status, tags";

    private readonly SqliteConnections connections;
    private readonly SqliteWriter writer;

    public SqliteStore(string path)
    {
        connections = new(path);
        writer = new(connections);
    }

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var scripts = MigrationScript.All("Sqlite");
        await writer.WriteAsync<object?>(
            session =>
            {
                session.Execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)");
                var applied = ReadAll(session.Command("SELECT number, name, checksum FROM migrations ORDER BY number"), r => (Number: r.GetInt32(0), Checksum: r.GetString(2)));
                foreach (var script in MigrationScript.Pending(scripts, applied))
                {
                    using var command = session.Connection.CreateCommand();
                    command.CommandText = script.Sql;
                    command.ExecuteNonQuery();
                    session.Execute("INSERT INTO migrations VALUES ($1, $2, $3)", script.Number, script.Name, script.Checksum);
                }

                return null;
            },
            cancellationToken);
    }

    public ValueTask<StoredResource?> FindAsync(string key, CancellationToken cancellationToken) =>
        new(connections.Read(s => ReadOne(s.Command($"SELECT {ResourceColumns} FROM resources WHERE key = $1", key), ReadResource)));

    public ValueTask<IReadOnlyList<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellationToken) => new(connections.Read(session =>
    {
        var (where, values) = Where(query);
        return (IReadOnlyList<StoredResource>)ReadAll(session.Command($"SELECT {ResourceColumns} FROM resources WHERE {where} ORDER BY key LIMIT {query.Take}", values), ReadResource);
    }));

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellationToken) => new(connections.Read(session =>
    {
        var (where, values) = Where(query);
        return (long)session.Command($"SELECT count(*) FROM resources WHERE {where}", values).ExecuteScalar()!;
    }));

    public async ValueTask<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Resources.GroupBy(r => r.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"'{twice.Key}' stands twice in one commit.", nameof(commit));
        }

        try
        {
            return await writer.WriteAsync(session => Write(session, commit), cancellationToken);
        }
        catch (ConflictException conflict)
        {
            return new(conflict.Key, []);
        }
    }

    public ValueTask<byte[]?> FindSecretAsync(string resourceKey, string name, CancellationToken cancellationToken) =>
        new(connections.Read(s => (byte[]?)s.Command("SELECT ciphertext FROM secrets WHERE resource_key = $1 AND name = $2", resourceKey, name).ExecuteScalar()));

    public ValueTask<IReadOnlyList<StoredSecret>> ListSecretsAsync(string resourceKey, CancellationToken cancellationToken) =>
        new(connections.Read(s => (IReadOnlyList<StoredSecret>)ReadAll(
            s.Command("SELECT name, ciphertext FROM secrets WHERE resource_key = $1 ORDER BY name", resourceKey),
            r => new StoredSecret(r.GetString(0), r.GetFieldValue<byte[]>(1)))));

    public ValueTask<StoredOperation?> FindOperationAsync(string id, CancellationToken cancellationToken) =>
        new(connections.Read(s => ReadOne(s.Command($"SELECT {OperationColumns} FROM operations WHERE id = $1", id), ReadOperation)));

    public ValueTask<IReadOnlyList<StoredOperation>> LeaseOperationsAsync(
        string node, int take, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        const string Due = "status = 0 AND (leased_until IS NULL OR leased_until <= $1)";
        var free = connections.Read(s => s.Command($"SELECT 1 FROM operations WHERE {Due} LIMIT 1", Micros(now)).ExecuteScalar());
        return free is null ? new((IReadOnlyList<StoredOperation>)[]) : writer.WriteAsync(
            session =>
            {
                var due = ReadAll(session.Command($"SELECT {OperationColumns} FROM operations WHERE {Due} ORDER BY started_at, id LIMIT {take}", Micros(now)), ReadOperation);
                var leased = due.ConvertAll(o => o with { LeasedBy = node, LeasedUntil = leaseUntil, Attempts = o.Attempts + 1 });
                leased.ForEach(o => session.Execute(
                    "UPDATE operations SET leased_by = $1, leased_until = $2, attempts = $3 WHERE id = $4", o.LeasedBy, Micros(leaseUntil), o.Attempts, o.Id));
                return (IReadOnlyList<StoredOperation>)leased;
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<ActivityRow>> ListActivityAsync(ActivityQuery query, CancellationToken cancellationToken) => new(connections.Read(session =>
    {
        const string Sql =
            "SELECT sequence, time, operation, resource_id, caller, correlation_id, status, http_status, properties FROM activity "
            + "WHERE ($1 IS NULL OR (resource_key >= $1 AND resource_key < $2)) AND ($3 IS NULL OR time >= $3) AND ($4 IS NULL OR time < $4) "
            + "AND ($5 IS NULL OR sequence < $5) ORDER BY sequence DESC LIMIT $6";
        var prefix = query.ResourcePrefix.Length == 0 ? null : query.ResourcePrefix.ToLowerInvariant();
        var command = session.Command(Sql, prefix, prefix is null ? null : End(prefix), Micros(query.From), Micros(query.To), query.Before, query.Take);
        return (IReadOnlyList<ActivityRow>)ReadAll(command, r => new ActivityRow
        {
            Sequence = r.GetInt64(0),
            Time = Time(r.GetInt64(1)),
            Operation = r.GetString(2),
            ResourceId = r.GetString(3),
            Caller = r.GetString(4),
            CorrelationId = r.GetString(5),
            Status = r.GetString(6),
            HttpStatus = r.GetInt32(7),
            Properties = Text(r, 8),
        });
    }));

    public ValueTask<IReadOnlyList<ResourceChange>> ListChangesAsync(long after, int take, CancellationToken cancellationToken) =>
        new(connections.Read(s => (IReadOnlyList<ResourceChange>)ReadAll(
            s.Command("SELECT sequence, key, type, removed FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2", after, take),
            r => new ResourceChange(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetBoolean(3)))));

    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken) =>
        new(connections.Read(s => (long)s.Command("SELECT coalesce(max(sequence), 0) FROM changes").ExecuteScalar()!));

    public async ValueTask AppendUsageAsync(IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken) => await writer.WriteAsync<object?>(
        session =>
        {
            foreach (var r in rows)
            {
                session.Execute(
                    $"INSERT OR IGNORE INTO usage ({UsageColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                    r.Id.ToString(), Micros(r.Time), r.Account, r.Project, r.Caller, r.Operation, r.Deployment, r.Model, r.TokensIn, r.TokensOut, r.LatencyMilliseconds, r.Status, r.Tags);
            }

            return null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<UsageTotal>> SumUsageAsync(UsageQuery query, CancellationToken cancellationToken) => new(connections.Read(session =>
    {
        var value = query.By switch
        {
            UsageDimension.Project => "project",
            UsageDimension.Caller => "caller",
            UsageDimension.Deployment => "deployment",
            UsageDimension.Model => "model",
            UsageDimension.Tag => "coalesce(CASE WHEN tags = '' THEN NULL ELSE json_extract(tags, '$.\"' || replace($5, '\"', '') || '\"') END, '')",
            UsageDimension.Day => "strftime('%Y-%m-%d', time / 1000000, 'unixepoch')",
            _ => "''",
        };
        var sql = $"SELECT {value} AS value, count(*), sum(status >= 400), sum(tokens_in), sum(tokens_out) FROM usage "
            + "WHERE time >= $1 AND time < $2 AND ($3 IS NULL OR account = $3) AND ($4 IS NULL OR project = $4) GROUP BY value ORDER BY value";
        var command = query.By is UsageDimension.Tag
            ? session.Command(sql, Micros(query.From), Micros(query.To), query.Account, query.Project, query.Tag ?? "")
            : session.Command(sql, Micros(query.From), Micros(query.To), query.Account, query.Project);
        return (IReadOnlyList<UsageTotal>)ReadAll(command, r => new UsageTotal(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)));
    }));

    public ValueTask<IReadOnlyList<UsageRow>> ListUsageAsync(UsageQuery query, int take, CancellationToken cancellationToken) => new(connections.Read(session =>
    {
        const string Sql = $"SELECT {UsageColumns} FROM usage WHERE time >= $1 AND time < $2 AND ($3 IS NULL OR account = $3) AND ($4 IS NULL OR project = $4) ORDER BY time, id LIMIT $5";
        return (IReadOnlyList<UsageRow>)ReadAll(session.Command(Sql, Micros(query.From), Micros(query.To), query.Account, query.Project, take), r => new UsageRow
        {
            Id = Guid.Parse(r.GetString(0)),
            Time = Time(r.GetInt64(1)),
            Account = r.GetString(2),
            Project = r.GetString(3),
            Caller = r.GetString(4),
            Operation = r.GetString(5),
            Deployment = r.GetString(6),
            Model = r.GetString(7),
            TokensIn = r.GetInt64(8),
            TokensOut = r.GetInt64(9),
            LatencyMilliseconds = r.GetInt32(10),
            Status = r.GetInt32(11),
            Tags = r.GetString(12),
        });
    }));

    public ValueTask<byte[]?> FindValueAsync(string name, CancellationToken cancellationToken) =>
        new(connections.Read(s => (byte[]?)s.Command("SELECT value FROM installation_values WHERE name = $1", name).ExecuteScalar()));

    public ValueTask<byte[]> GetOrAddValueAsync(string name, byte[] value, CancellationToken cancellationToken) => writer.WriteAsync(
        session =>
        {
            session.Execute("INSERT OR IGNORE INTO installation_values VALUES ($1, $2)", name, value);
            return (byte[])session.Command("SELECT value FROM installation_values WHERE name = $1", name).ExecuteScalar()!;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        connections.Dispose();
    }

    private static CommitOutcome Write(SqliteSession session, Commit commit)
    {
        var versions = new long[commit.Resources.Count];
        for (var i = 0; i < versions.Length; i++)
        {
            versions[i] = Write(session, commit.Resources[i]);
        }

        foreach (var secret in commit.Secrets)
        {
            if (secret.Ciphertext is null)
            {
                session.Execute("DELETE FROM secrets WHERE resource_key = $1 AND name = $2", secret.ResourceKey, secret.Name);
            }
            else
            {
                session.Execute("INSERT OR REPLACE INTO secrets VALUES ($1, $2, $3)", secret.ResourceKey, secret.Name, secret.Ciphertext);
            }
        }

        foreach (var o in commit.Operations)
        {
            session.Execute(
                $"INSERT OR REPLACE INTO operations ({OperationColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                o.Id, o.Kind, o.ResourceKey, o.ResourceId, (int)o.Status, o.Input, o.Output, o.Error, o.PercentComplete, o.Attempts,
                Micros(o.StartedAt), Micros(o.EndedAt), o.Caller, o.CorrelationId, o.LeasedBy, Micros(o.LeasedUntil));
        }

        foreach (var a in commit.Activity)
        {
            session.Execute(
                "INSERT INTO activity (time, operation, resource_id, resource_key, caller, correlation_id, status, http_status, properties) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                Micros(a.Time), a.Operation, a.ResourceId, a.ResourceId.ToLowerInvariant(), a.Caller, a.CorrelationId, a.Status, a.HttpStatus, a.Properties);
        }

        return new(null, versions);
    }

    private static long Write(SqliteSession session, ResourceWrite write)
    {
        var stored = (long?)session.Command("SELECT version FROM resources WHERE key = $1", write.Key).ExecuteScalar();
        var asExpected = write.Expect switch
        {
            Expect.Nothing => stored is null,
            Expect.SameVersion => stored == write.ExpectedVersion,
            _ => true,
        };
        if (!asExpected)
        {
            throw new ConflictException(write.Key);
        }

        session.Execute("INSERT INTO changes (key, type, removed) VALUES ($1, $2, $3)", write.Key, write.Type, write.Resource is null);
        if (write.Resource is not { } resource)
        {
            session.Execute("DELETE FROM resources WHERE key = $1", write.Key);
            session.Execute("DELETE FROM secrets WHERE resource_key = $1", write.Key);
            return 0;
        }

        var version = (long)session.Command("SELECT last_insert_rowid()").ExecuteScalar()!;
        session.Execute(
            $"INSERT OR REPLACE INTO resources ({ResourceColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            resource.Key, resource.Id, resource.Type, resource.Body, resource.Link, Micros(resource.PurgeAt), version);
        return version;
    }

    private static (string Where, object?[] Values) Where(ResourceQuery query)
    {
        var begin = query.After is { } after && string.CompareOrdinal(after, query.KeyPrefix) >= 0 ? after : query.KeyPrefix;
        var where = $"type = $1 AND deleted = $2 AND key {(begin == query.After ? ">" : ">=")} $3";
        List<object?> values = [query.Type, query.Deleted ? 1 : 0, begin];
        if (query.KeyPrefix.Length > 0)
        {
            values.Add(End(query.KeyPrefix));
            where += $" AND key < ${values.Count}";
        }

        if (query.Link is { } link)
        {
            values.Add(link);
            where += $" AND link = ${values.Count}";
        }

        return (where, [.. values]);
    }

    /// <summary>The first key behind all that begin with the prefix.</summary>
    private static string End(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    private static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static long? Micros(DateTimeOffset? time) => time is { } known ? Micros(known) : null;

    private static DateTimeOffset Time(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    private static DateTimeOffset? MaybeTime(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : Time(r.GetInt64(column));

    private static string? Text(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static T? ReadOne<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
        where T : class
    {
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    private static List<T> ReadAll<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static StoredResource ReadResource(SqliteDataReader r) => new()
    {
        Key = r.GetString(0),
        Id = r.GetString(1),
        Type = r.GetString(2),
        Body = r.GetString(3),
        Link = Text(r, 4),
        PurgeAt = MaybeTime(r, 5),
        Version = r.GetInt64(6),
    };

    private static StoredOperation ReadOperation(SqliteDataReader r) => new()
    {
        Id = r.GetString(0),
        Kind = r.GetString(1),
        ResourceKey = r.GetString(2),
        ResourceId = r.GetString(3),
        Status = (OperationStatus)r.GetInt32(4),
        Input = Text(r, 5),
        Output = Text(r, 6),
        Error = Text(r, 7),
        PercentComplete = r.GetDouble(8),
        Attempts = r.GetInt32(9),
        StartedAt = Time(r.GetInt64(10)),
        EndedAt = MaybeTime(r, 11),
        Caller = r.GetString(12),
        CorrelationId = r.GetString(13),
        LeasedBy = Text(r, 14),
        LeasedUntil = MaybeTime(r, 15),
    };

    private sealed class ConflictException(string key) : Exception
    {
        public string Key { get; } = key;
    }
}
