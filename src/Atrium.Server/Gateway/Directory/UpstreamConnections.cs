using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Connections;
using Atrium.Server.Egress;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

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

/// <summary>Connections that deployments answer through, decrypted at their first use and forgotten when they change.</summary>
internal sealed class UpstreamConnections : IChangeListener
{
    private static readonly string Type = ConnectionType.TypeName.ToLowerInvariant();
    private readonly IAtriumStore store;
    private readonly ISecretCipher cipher;
    private readonly ConcurrentDictionary<string, Upstream> known = new();

    public UpstreamConnections(IAtriumStore store, ISecretCipher cipher, ChangeFeed feed)
    {
        this.store = store;
        this.cipher = cipher;
        feed.Subscribe(this);
    }

    public bool Follows(string type) => type == Type;

    public ValueTask ApplyAsync(IReadOnlyCollection<ResourceChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            known.TryRemove(change.Key, out _);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Null when the connection is gone or its target is no address.</summary>
    public async ValueTask<Upstream?> FindAsync(string connectionId, CancellationToken cancellationToken)
    {
        var key = connectionId.ToLowerInvariant();
        if (known.TryGetValue(key, out var cached))
        {
            return cached;
        }

        var found = await new ResourceReader(store).FindAsync(ResourceId.Parse(connectionId), cancellationToken);
        if (found is null || !Uri.TryCreate((string?)found.Properties["target"], UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var secret = await store.FindSecretAsync(key, ConnectionShape.CredentialsSecret, cancellationToken);
        var credentials = secret is null ? null : JsonNode.Parse(cipher.Decrypt(key, ConnectionShape.CredentialsSecret, secret)) as JsonObject;
        var apiKey = (string?)credentials?["key"] ?? (string?)(credentials?["keys"] as JsonObject)?.FirstOrDefault().Value ?? (string?)credentials?["pat"];
        var version = (string?)(found.Properties["metadata"] as JsonObject)?["ApiVersion"];
        var upstream = new Upstream((string?)found.Properties["category"] ?? "", target, apiKey, version, found.Id.Parent!.Key) { Granted = ConnectionTarget.GrantedOf(found) };
        known[key] = upstream;
        return upstream;
    }
}
