namespace Atrium.Persistence.Rows;

/// <summary>The database has no room left. Nothing of the write landed.</summary>
public sealed class RowsFullException(Exception inner) : IOException("The disk of the database is full.", inner);
