namespace Atrium.Persistence.Sql;

/// <summary>One statement of a piece of work that is known before it runs, so that a database behind a network gets all of it at once.</summary>
/// <param name="Statement">What to run.</param>
/// <param name="Values">Its values.</param>
/// <param name="Guards">The key that conflicts where the statement does not change one row; null where any number will do.</param>
internal sealed record Step(Statement Statement, object?[] Values, string? Guards = null);
