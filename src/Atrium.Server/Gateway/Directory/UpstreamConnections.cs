using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Connections;
using Atrium.Server.Connections.Audit;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;
using Atrium.Server.Vault;

namespace Atrium.Server.Gateway.Directory;

/// <summary>How an upstream is reached.</summary>
/// <param name="Category">The connection's category; AzureOpenAI speaks the Azure dialect, everything else the OpenAI one.</param>
/// <param name="Target">Its address.</param>
/// <param name="Key">The key to send; null for none.</param>
/// <param name="ApiVersion">For Azure OpenAI; null for the usual one.</param>
/// <param name="Workspace">Key of the hub or project that the connection belongs to, whose managed network decides.</param>
internal sealed record Upstream(string Category, Uri Target, string? Key, string? ApiVersion, string Workspace)
{
    /// <summary>Where an administrator made the connection to a private address.</summary>
    public PrivateTarget? Granted { get; init; }

    public bool IsAzure => Category.Equals("AzureOpenAI", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Connections that deployments answer through, with their secrets read at their first use and forgotten when they change, here or in the vault.</summary>
internal sealed class UpstreamConnections : IChangeListener
{
    private static readonly string ConnectionRows = ConnectionType.TypeName.ToLowerInvariant();
    private static readonly string VaultRows = VaultKeeper.RowType.ToLowerInvariant();
    private static readonly string Vaults = Workspaces.VaultType.ToLowerInvariant();
    private readonly IAtriumStore store;
    private readonly ConnectionSecrets secrets;
    private readonly ConnectionUses uses;
    private readonly ConcurrentDictionary<string, Upstream> known = new();
    private int changes;

    public UpstreamConnections(IAtriumStore store, ConnectionSecrets secrets, ConnectionUses uses, ChangeFeed feed)
    {
        (this.store, this.secrets, this.uses) = (store, secrets, uses);
        feed.Subscribe(this);
    }

    public bool Follows(string type) => type == ConnectionRows || type == VaultRows || type == Vaults;

    public ValueTask ApplyAsync(IReadOnlyCollection<ResourceChange> changed, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref changes);
        foreach (var change in changed)
        {
            if (change.Type == ConnectionRows)
            {
                known.TryRemove(change.Key, out _);
            }
            else
            {
                known.Clear();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Null when the connection is gone, its target is no address, or its secret cannot be read. The use is noted for the administrator's audit.</summary>
    public async ValueTask<Upstream?> FindAsync(GatewayCall call, string connectionId, CancellationToken cancellationToken)
    {
        var id = ResourceId.Parse(connectionId);
        var upstream = known.TryGetValue(id.Key, out var cached) ? cached : await ReadAsync(id, cancellationToken);
        if (upstream is not null)
        {
            uses.Note(id, new(call.CallerName, call.Operation) { In = call.Owner.Id.Text });
        }

        return upstream;
    }

    private async ValueTask<Upstream?> ReadAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref changes);
        var found = await new ResourceReader(store).FindAsync(id, cancellationToken);
        if (found is null || !Uri.TryCreate((string?)found.Properties["target"], UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var read = await secrets.ReadAsync(found, Caller.System.ObjectId, Guid.NewGuid().ToString(), cancellationToken);
        if (ConnectionSecrets.IsIncomplete(found, read))
        {
            return null;
        }

        var credentials = read.GetValueOrDefault(ConnectionShape.CredentialsSecret) as JsonObject;
        var apiKey = (string?)credentials?["key"] ?? (string?)(credentials?["keys"] as JsonObject)?.FirstOrDefault().Value ?? (string?)credentials?["pat"];
        var version = (string?)(found.Properties["metadata"] as JsonObject)?["ApiVersion"];
        var upstream = new Upstream((string?)found.Properties["category"] ?? "", target, apiKey, version, found.Id.Parent!.Key) { Granted = ConnectionTarget.GrantedOf(found) };

        // What was read before a change must not outlive it.
        if (Volatile.Read(ref changes) == before)
        {
            known[id.Key] = upstream;
        }

        return upstream;
    }
}
