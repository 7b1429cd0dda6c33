namespace Atrium.Persistence.Rows;

/// <summary>Another node wrote the row between our look and our write. The transaction is run again.</summary>
internal sealed class RowTakenException() : Exception("Another node wrote the row first.");
