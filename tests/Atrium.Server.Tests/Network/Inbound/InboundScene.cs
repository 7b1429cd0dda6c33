using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Network.Inbound;

/// <summary>A hub with a project and what it leans on, and callers at several loopback addresses: each is another machine to the server.</summary>
internal sealed class InboundScene : IAsyncDisposable
{
    /// <summary>The machine itself.</summary>
    public const string Machine = "127.0.0.1";

    /// <summary>Nobody's friend.</summary>
    public const string Outside = "127.0.0.2";

    /// <summary>Where calls come from that come through the private endpoint <c>office</c>.</summary>
    public const string Office = "127.0.3.7";

    /// <summary>The operator's reverse proxy.</summary>
    public const string Proxy = "127.0.0.5";

    /// <summary>A subnet that the operator knows: 127.0.8.0/24.</summary>
    public const string Subnet = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/lan/subnets/desks";

    public const string Ml = "?api-version=2024-04-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    private InboundScene(HubServer hub, HttpClient owner) => (Hub, Owner) = (hub, owner);

    public HubServer Hub { get; }

    public HttpClient Owner { get; }

    public NewHub Team { get; private set; } = null!;

    public string Project => $"{Team.Id}-one";

    public string ProjectKey { get; private set; } = "";

    public string Vault => $"{group}/providers/Microsoft.KeyVault/vaults/team-vault";

    public string Storage => $"{group}/providers/Microsoft.Storage/storageAccounts/teamstore";

    public string Registry => $"{group}/providers/Microsoft.ContainerRegistry/registries/teamregistry";

    public string Endpoint { get; private set; } = "";

    public static async Task<InboundScene> MakeAsync()
    {
        const string endpoint = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/net/providers/Microsoft.Network/privateEndpoints/office";
        var hub = await HubServer.StartAsync(settings:
        [
            "--Models:Warm", "false", "--Network:TrustedProxies:0", $"{Proxy}/32",
            "--Network:KnownNetworks:0:Id", endpoint, "--Network:KnownNetworks:0:Ranges:0", "127.0.3.0/24",
            "--Network:KnownNetworks:1:Id", Subnet, "--Network:KnownNetworks:1:Ranges:0", "127.0.8.0/24",
        ]);
        var scene = new InboundScene(hub, await hub.OwnerAsync()) { Endpoint = endpoint };
        scene.Team = await NewHub.MakeAsync(scene.Owner, scene.group);
        await NewHub.MakeWorkspaceAsync(scene.Owner, scene.Project, new { location = "local", kind = "project", properties = new { hubResourceId = scene.Team.Id } });
        scene.ProjectKey = (string)(await scene.Owner.CallAsync("POST", $"{scene.Project}/listApiKeys{Ml}")).Body["key1"]!;
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        await Hub.DisposeAsync();
    }

    /// <summary>A caller at an address, with the owner's token unless another is given.</summary>
    public async Task<HttpClient> AtAsync(string address, string? token = "", params (string Name, string Value)[] headers)
    {
        var handler = HubClients.TrustingHandler(Path.Combine(Hub.Data, "tls", "ca.pem"));
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        var client = new HttpClient(handler) { BaseAddress = Hub.HttpsAddress() };
        var bearer = token is "" ? await TokenAsync(HubClients.Management) : token;
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        return client;
    }

    /// <summary>A token of the owner for a resource.</summary>
    public async Task<string> TokenAsync(string resource)
    {
        var first = await Hub.FirstAsync();
        var answer = await Hub.HttpsClient().TokenAsync(Hub, ("grant_type", "client_credentials"), ("client_id", first.AppId), ("client_secret", first.ClientSecret), ("scope", $"{resource}/.default"));
        return (string)answer.Body["access_token"]!;
    }

    /// <summary>Status of one call from an address.</summary>
    public async Task<Answer> FromAsync(string address, string method, string path, object? body = null)
    {
        using var client = await AtAsync(address);
        return await client.CallAsync(method, path, body);
    }

    public async Task SetAsync(string id, string version, JsonObject properties)
    {
        var answer = await Owner.CallAsync("PATCH", $"{id}?api-version={version}", new JsonObject { ["properties"] = properties });
        Assert.True((int)answer.Status is 200 or 202, answer.ToString());
        if (answer.Status is HttpStatusCode.Accepted)
        {
            Assert.Equal("Succeeded", (string?)(await Owner.WaitAsync(answer))["status"]);
        }
    }

    /// <summary>Lets calls from the office in by a private endpoint of the hub.</summary>
    public async Task ApproveAsync(string status = "Approved")
    {
        var made = await Owner.CallAsync("PUT", $"{Team.Id}/privateEndpointConnections/office{Ml}", new
        {
            properties = new { privateEndpoint = new { id = Endpoint }, privateLinkServiceConnectionState = new { status } },
        });
        Assert.Equal(HttpStatusCode.OK, made.Status);
    }
}
