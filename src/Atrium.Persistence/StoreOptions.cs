namespace Atrium.Persistence;

/// <summary>Where Atrium keeps its state.</summary>
public sealed record StoreOptions
{
    /// <summary>The value of <see cref="Provider"/> for SQLite.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>The value of <see cref="Provider"/> for PostgreSQL.</summary>
    public const string PostgreSql = "postgresql";

    /// <summary><c>sqlite</c> for one machine, <c>postgresql</c> for many.</summary>
    public string Provider { get; init; } = Sqlite;

    /// <summary>The database file, for SQLite. Its folder is made when it is missing.</summary>
    public string? Path { get; init; }

    /// <summary>The connection string, for PostgreSQL. Tables are made in the first schema of its search path.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Every mistake in these options: the key, the value found, the values allowed. A connection string is never repeated, it may hold a password.</summary>
    public IEnumerable<string> Check()
    {
        if (Provider is not (Sqlite or PostgreSql))
        {
            yield return $"{nameof(Provider)} is '{Provider}'; allowed are '{Sqlite}' and '{PostgreSql}'.";
        }

        if (Provider is Sqlite && string.IsNullOrWhiteSpace(Path))
        {
            yield return $"{nameof(Path)} is empty; '{Sqlite}' needs the path of its database file.";
        }

        if (Provider is PostgreSql && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"{nameof(ConnectionString)} is empty; '{PostgreSql}' needs one, such as 'Host=...;Database=...;Username=...'.";
        }
    }

    /// <exception cref="ArgumentException">The options are wrong; the message names every mistake.</exception>
    internal void Demand()
    {
        var mistakes = string.Join(" ", Check());
        if (mistakes.Length > 0)
        {
            throw new ArgumentException(mistakes);
        }
    }
}
