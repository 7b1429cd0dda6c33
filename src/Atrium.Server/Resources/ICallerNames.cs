namespace Atrium.Server.Resources;

/// <summary>What callers are called, for whoever reads of them. Owned here, implemented by Identity.</summary>
internal interface ICallerNames
{
    /// <summary>The name of a principal by its object id; null for whom the directory does not know, and for keys.</summary>
    ValueTask<string?> FindAsync(string objectId, CancellationToken cancellationToken);
}
