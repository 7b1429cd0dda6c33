using Atrium.Persistence;

namespace Atrium.Server.Resources.Operations;

/// <summary>What a durable job works with.</summary>
internal sealed record JobContext
{
    public required StoredOperation Operation { get; init; }

    public required Resource Resource { get; init; }

    /// <summary>Reads what is stored now.</summary>
    public required ResourceReader Reader { get; init; }

    public required ResourceWriter Writer { get; init; }

    /// <summary>Makes a resource unless it is there.</summary>
    public async Task EnsureAsync(Contracts.ResourceId id, System.Text.Json.Nodes.JsonObject body, CancellationToken cancellationToken)
    {
        if (await Reader.FindAsync(id, cancellationToken) is null)
        {
            await Writer.WriteAsync(id, body, Operation.CorrelationId, cancellationToken);
        }
    }
}
