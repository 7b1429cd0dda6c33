using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Connections;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Gateway.Safety;

/// <summary>A connection to Azure AI Content Safety that an administrator lets answer operations.</summary>
/// <param name="Id">Of the connection.</param>
/// <param name="Serves">The operations, as in the address: image:analyze.</param>
/// <param name="IsShared">Whether a hub shares it with its projects.</param>
internal sealed record SafetyConnection(ResourceId Id, ImmutableHashSet<string> Serves, bool IsShared)
{
    public const string ServesName = "Serves";
    private const string Category = "CognitiveService";
    private const string Kind = "Content Safety";

    /// <summary>Null for a connection that is none, or that serves nothing.</summary>
    public static SafetyConnection? Read(Resource connection)
    {
        string Metadata(string name) => (string?)connection.Properties["metadata"]?[name] ?? "";
        var serves = Metadata(ServesName).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Category.Equals((string?)connection.Properties["category"], StringComparison.OrdinalIgnoreCase) && Metadata("Kind").Equals(Kind, StringComparison.OrdinalIgnoreCase) && serves.Length > 0
            ? new(connection.Id, serves.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase), connection.Properties["isSharedToAll"]?.GetValue<bool>() != false)
            : null;
    }
}

/// <summary>Keeps those connections in memory, by key.</summary>
internal sealed class SafetyConnections(IAtriumStore store, ChangeFeed feed) : SnapshotState<ImmutableSortedDictionary<string, SafetyConnection>>(
    store, feed, ImmutableSortedDictionary.Create<string, SafetyConnection>(StringComparer.Ordinal), ConnectionType.TypeName)
{
    /// <summary>The first by name that serves the operation: of a project's own, then of those that its hub shares; of an account's hub any.</summary>
    public async ValueTask<SafetyConnection?> FindAsync(KeyOwner owner, string operation, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(cancellationToken);
        return all.Values
            .Where(connection => connection.Serves.Contains(operation))
            .Where(connection => connection.Id.Parent!.Key == owner.Id.Key || (connection.Id.Parent.Key == owner.Hub && (connection.IsShared || !owner.IsProject)))
            .OrderBy(connection => connection.Id.Parent!.Key == owner.Id.Key ? 0 : 1)
            .FirstOrDefault();
    }

    protected override ImmutableSortedDictionary<string, SafetyConnection> Put(ImmutableSortedDictionary<string, SafetyConnection> model, Resource resource) =>
        SafetyConnection.Read(resource) is { } connection ? model.SetItem(resource.Stored.Key, connection) : model.Remove(resource.Stored.Key);

    protected override ImmutableSortedDictionary<string, SafetyConnection> Remove(ImmutableSortedDictionary<string, SafetyConnection> model, string key, string type) => model.Remove(key);
}
