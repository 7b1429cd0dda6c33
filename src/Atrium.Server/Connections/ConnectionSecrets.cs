using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Vault;

namespace Atrium.Server.Connections;

/// <summary>
/// The secrets of connections lie in the hub's key vault, under names that begin with the workspace's GUID. Which secret is a connection's is kept beside the
/// connection. A new version that somebody gives it in the vault is what the connection uses from then on.
/// </summary>
internal sealed class ConnectionSecrets(VaultKeeper vault)
{
    private const string KeptName = "secrets";
    private const int SuffixBytes = 4;

    /// <summary>Moves the secrets of a write from the kernel's hands into the vault, in the same transaction.</summary>
    /// <param name="edit">The write, all of its problems found.</param>
    /// <param name="workspace">Where the connection lies.</param>
    /// <param name="cancellationToken">Ends the look-ups.</param>
    public async ValueTask KeepAsync(ResourceEdit edit, Resource workspace, CancellationToken cancellationToken)
    {
        var kept = (JsonObject)(edit.After[Resource.InternalName] ??= new JsonObject());
        var places = (JsonObject)(kept[KeptName] ??= new JsonObject());
        var expires = ExpiryOf(edit.Properties);
        foreach (var (name, value) in edit.Secrets.ToArray())
        {
            edit.Secrets.Remove(name);
            var place = Place(places, name);
            if (value is not null)
            {
                var secret = place ?? VaultKeeper.IdOf(await VaultOfAsync(workspace, edit.Reader, cancellationToken), NameOf(workspace, edit.Id));
                var tags = new JsonObject { ["connection"] = edit.Id.Name, ["workspace"] = workspace.Id.Name };
                var change = await vault.WriteAsync(secret, value, tags, expires, cancellationToken);
                edit.AlsoWrite.AddRange(change.Resources);
                edit.AlsoKeep.AddRange(change.Secrets);
                places[name] = secret.Text;
            }
            else if (place is not null)
            {
                edit.AlsoWrite.Add(VaultKeeper.Remove(place));
                places.Remove(name);
            }
        }

        if (edit.Before is { } before && ExpiryOf(before.Properties) != expires && edit.AlsoKeep.Count == 0)
        {
            foreach (var place in PlacesOf(places))
            {
                edit.AlsoWrite.AddRange(await vault.ExpireAsync(place.Secret, expires, cancellationToken));
            }
        }
    }

    /// <summary>All secrets of a connection by their names in its document. One whose vault or vault secret is deleted or disabled is left out.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="caller">For the activity log.</param>
    /// <param name="correlationId">For the activity log.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyDictionary<string, JsonNode?>> ReadAsync(Resource connection, string caller, string correlationId, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, JsonNode?>();
        foreach (var (name, secret) in PlacesOf(connection))
        {
            if (await vault.ReadAsync(secret, caller, correlationId, cancellationToken) is { } value)
            {
                found[name] = JsonNode.Parse(value);
            }
        }

        return found;
    }

    /// <summary>Whether the connection has a secret that cannot be read now.</summary>
    public static bool IsIncomplete(Resource connection, IReadOnlyDictionary<string, JsonNode?> read) => PlacesOf(connection).Any(place => !read.ContainsKey(place.Name));

    /// <summary>What is known of the newest of its secrets; null where it has none.</summary>
    public async ValueTask<SecretFacts?> LookAsync(Resource connection, CancellationToken cancellationToken)
    {
        SecretFacts? newest = null;
        foreach (var (_, secret) in PlacesOf(connection))
        {
            var facts = await vault.LookAsync(secret, cancellationToken);
            newest = facts is not null && (newest is null || facts.Created > newest.Created) ? facts : newest;
        }

        return newest;
    }

    /// <summary>What goes with a connection.</summary>
    public static IEnumerable<ResourceWrite> RemoveWith(Resource connection) => PlacesOf(connection).Select(place => VaultKeeper.Remove(place.Secret));

    private static IEnumerable<(string Name, ResourceId Secret)> PlacesOf(Resource connection) => PlacesOf(connection.Internal[KeptName] as JsonObject ?? []);

    private static IEnumerable<(string Name, ResourceId Secret)> PlacesOf(JsonObject places) => places.Select(place => (place.Key, ResourceId.Parse((string)place.Value!)));

    private static ResourceId? Place(JsonObject places, string name) => places.Text(name) is { } text ? ResourceId.Parse(text) : null;

    private static DateTimeOffset? ExpiryOf(JsonObject properties) =>
        DateTimeOffset.TryParse(properties.Text("expiryTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static async ValueTask<ResourceId> VaultOfAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        var root = workspace.Stored.Link is { } hub ? await reader.FindAnyAsync(hub, cancellationToken) : workspace;
        return ResourceId.Parse(root?.Properties.Text("keyVault") ?? throw new InvalidOperationException($"'{workspace.Id}' has no key vault."));
    }

    /// <summary>The workspace's GUID, the connection's name as far as a vault takes it, and an ending that makes it one of its own.</summary>
    private static string NameOf(Resource workspace, ResourceId connection)
    {
        var readable = string.Concat(connection.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return $"{workspace.Properties.Text("workspaceId")}-{readable}-{RandomNumberGenerator.GetHexString(2 * SuffixBytes, lowercase: true)}";
    }
}
