namespace Atrium.Persistence;

/// <summary>Which database, and where.</summary>
public sealed record StoreOptions
{
    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The database file, for <c>sqlite</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The connection string, for <c>postgresql</c>.</summary>
    public string? ConnectionString { get; init; }
}
