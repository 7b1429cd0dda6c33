using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Connections;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Gateway.Directory;

/// <summary>A connection to an Azure AI service that an administrator lets answer operations in place of what is embedded.</summary>
/// <param name="Id">Of the connection.</param>
/// <param name="Kind">Which service, as metadata <c>Kind</c> says: Content Safety, Speech.</param>
/// <param name="Serves">The operations, as the service names them: image:analyze.</param>
/// <param name="IsShared">Whether a hub shares it with its projects.</param>
internal sealed record ServiceConnection(ResourceId Id, string Kind, ImmutableHashSet<string> Serves, bool IsShared)
{
    public const string ServesName = "Serves";
    private const string Category = "CognitiveService";

    /// <summary>What an administrator does to have an operation answered through one.</summary>
    public static string HowTo(string kind, string operation) =>
        $"A connection of category {Category} with the metadata Kind '{kind}' and {ServesName} '{operation}' has it answered by Azure AI {kind}";

    /// <summary>Null for a connection that is none, or that serves nothing.</summary>
    public static ServiceConnection? Read(Resource connection)
    {
        string Metadata(string name) => (string?)connection.Properties["metadata"]?[name] ?? "";
        var serves = Metadata(ServesName).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Category.Equals((string?)connection.Properties["category"], StringComparison.OrdinalIgnoreCase) && Metadata("Kind").Length > 0 && serves.Length > 0
            ? new(connection.Id, Metadata("Kind"), serves.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase), connection.Properties["isSharedToAll"]?.GetValue<bool>() != false)
            : null;
    }
}

/// <summary>Keeps those connections in memory, by key.</summary>
internal sealed class ServiceConnections(IAtriumStore store, ChangeFeed feed) : SnapshotState<ImmutableSortedDictionary<string, ServiceConnection>>(
    store, feed, ImmutableSortedDictionary.Create<string, ServiceConnection>(StringComparer.Ordinal), ConnectionType.TypeName)
{
    /// <summary>The first by name that serves the operation: of a project's own, then of those that its hub shares; of an account's hub any.</summary>
    public async ValueTask<ServiceConnection?> FindAsync(KeyOwner owner, string kind, string operation, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(cancellationToken);
        return all.Values
            .Where(connection => connection.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase) && connection.Serves.Contains(operation))
            .Where(connection => connection.Id.Parent!.Key == owner.Id.Key || (connection.Id.Parent.Key == owner.Hub && (connection.IsShared || !owner.IsProject)))
            .OrderBy(connection => connection.Id.Parent!.Key == owner.Id.Key ? 0 : 1)
            .FirstOrDefault();
    }

    protected override ImmutableSortedDictionary<string, ServiceConnection> Put(ImmutableSortedDictionary<string, ServiceConnection> model, Resource resource) =>
        ServiceConnection.Read(resource) is { } connection ? model.SetItem(resource.Stored.Key, connection) : model.Remove(resource.Stored.Key);

    protected override ImmutableSortedDictionary<string, ServiceConnection> Remove(ImmutableSortedDictionary<string, ServiceConnection> model, string key, string type) => model.Remove(key);
}
