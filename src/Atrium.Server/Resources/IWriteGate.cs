namespace Atrium.Server.Resources;

/// <summary>Asked before a resource is written, after everything else has been checked. Owned here, implemented by Policies.</summary>
internal interface IWriteGate
{
    /// <exception cref="Hosting.ApiException">It may not be written as it is.</exception>
    ValueTask CheckAsync(ResourceEdit edit, string correlationId, CancellationToken cancellationToken);
}
