using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>One client of a server that dies under it: it writes, remembers what was acknowledged, and looks what became of the rest.</summary>
internal sealed class CrashingWriter(KillableHub hub, string hubId, int number)
{
    private const string Version = "?api-version=2024-04-01";
    private const int MostTries = 20;
    private readonly Dictionary<string, string> known = [];
    private string lastCorrelation = "";

    /// <summary>Ids and the marker that each was last acknowledged with.</summary>
    public IReadOnlyDictionary<string, string> Known => known;

    /// <summary>What was deleted, and not made again.</summary>
    public HashSet<string> Gone { get; } = [];

    /// <summary>Correlation id of every write that had an effect, or had none.</summary>
    public Dictionary<string, bool> Writes { get; } = [];

    /// <summary>Status addresses (path and query) of the operations that were accepted.</summary>
    public List<string> Operations { get; } = [];

    public int Acknowledged { get; private set; }

    private string NewId => $"{hubId[..hubId.LastIndexOf('/')]}/crash-{number}-{known.Count}";

    /// <summary>One write of a kind taken at random, and as many tries as the server needs lives.</summary>
    public async Task WriteAsync()
    {
        var projects = known.Keys.Where(id => !id.Contains("/connections/", StringComparison.Ordinal)).ToArray();
        var connections = known.Keys.Where(id => id.Contains("/connections/", StringComparison.Ordinal)).ToArray();
        var kind = RandomNumberGenerator.GetInt32(10);
        switch (kind)
        {
            case < 2 when projects.Length < 25:
            case < 10 when projects.Length == 0:
                await PutAsync(NewId, marker => new { location = "local", kind = "project", tags = new { marker }, properties = new { hubResourceId = hubId, friendlyName = marker, description = marker } });
                break;
            case < 5:
                var patched = projects[RandomNumberGenerator.GetInt32(projects.Length)];
                await SendAsync("PATCH", patched, marker => new { tags = new { marker }, properties = new { friendlyName = marker, description = marker } });
                break;
            case < 6 when connections.Length > 0:
                await DeleteAsync(connections[RandomNumberGenerator.GetInt32(connections.Length)]);
                break;
            default:
                var connection = $"{projects[RandomNumberGenerator.GetInt32(projects.Length)]}/connections/con{RandomNumberGenerator.GetInt32(4)}";
                await PutAsync(connection, marker => new { properties = new { category = "CustomKeys", authType = "CustomKeys", target = "_", metadata = new { marker }, credentials = new { keys = new { secret = marker } } } });
                break;
        }
    }

    /// <summary>Reads everything and compares it with what was acknowledged.</summary>
    public async Task CheckAllAsync()
    {
        foreach (var (id, marker) in known)
        {
            Assert.Equal(marker, await ReadAsync(id));
        }

        foreach (var id in Gone)
        {
            Assert.Null(await ReadAsync(id));
        }
    }

    private Task PutAsync(string id, Func<string, object> body) => SendAsync("PUT", id, body);

    private async Task SendAsync(string method, string id, Func<string, object> body)
    {
        var marker = Guid.NewGuid().ToString();
        var answer = await TryAsync(method, id, body(marker));
        if (answer is null)
        {
            var found = await ReadAsync(id);
            var before = known.GetValueOrDefault(id);
            Assert.True(found == marker || found == before, $"'{id}' is '{found}': neither what was acknowledged ('{before}') nor what was sent ('{marker}').");
            Writes[lastCorrelation] = found == marker;
            Remember(id, found);
        }
        else if (answer.Status is not HttpStatusCode.Conflict)
        {
            Assert.True((int)answer.Status is >= 200 and < 300, answer.ToString());
            Acknowledge(answer);
            Remember(id, marker);
        }
    }

    private async Task DeleteAsync(string id)
    {
        var answer = await TryAsync("DELETE", id, body: null);
        if (answer is null)
        {
            var found = await ReadAsync(id);
            Assert.True(found is null || found == known[id], $"'{id}' is '{found}' after a deletion.");
            Writes[lastCorrelation] = found is null;
            Remember(id, found);
        }
        else
        {
            Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NoContent]);
            Acknowledge(answer);
            Remember(id, null);
        }
    }

    /// <summary>Null when the server died before it answered.</summary>
    private async Task<Answer?> TryAsync(string method, string id, object? body)
    {
        lastCorrelation = Guid.NewGuid().ToString();
        var clients = await hub.ClientsAsync();
        try
        {
            return await clients.Management.CallAsync(method, id + Version, body, ("x-ms-correlation-request-id", lastCorrelation));
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private void Acknowledge(Answer answer)
    {
        Acknowledged++;
        Writes[lastCorrelation] = true;
        if (answer.Message.Headers.TryGetValues("Azure-AsyncOperation", out var places))
        {
            Operations.Add(new Uri(places.Single()).PathAndQuery);
        }
    }

    private void Remember(string id, string? marker)
    {
        if (marker is null)
        {
            if (known.Remove(id))
            {
                Gone.Add(id);
            }
        }
        else
        {
            known[id] = marker;
            Gone.Remove(id);
        }
    }

    /// <summary>The marker that all parts of a resource agree on; null where there is no resource.</summary>
    private async Task<string?> ReadAsync(string id)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var client = (await hub.ClientsAsync()).Management;
                var answer = await client.CallAsync("GET", id + Version);
                if (answer.Status is HttpStatusCode.NotFound)
                {
                    return null;
                }

                Assert.True(answer.Status is HttpStatusCode.OK, answer.ToString());
                var properties = answer.Body["properties"]!;
                var parts = id.Contains("/connections/", StringComparison.Ordinal)
                    ? new[] { (string?)properties["metadata"]!["marker"], await SecretAsync(client, id) }
                    : [(string?)answer.Body["tags"]!["marker"], (string?)properties["friendlyName"], (string?)properties["description"]];
                return Assert.Single(parts.Distinct());
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException && tries < MostTries)
            {
            }
        }
    }

    private static async Task<string?> SecretAsync(HttpClient client, string id)
    {
        var answer = await client.CallAsync("POST", $"{id}/listsecrets{Version}");
        return (string?)answer.Body["properties"]?["credentials"]?["keys"]?["secret"];
    }
}
