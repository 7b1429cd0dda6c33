using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atrium.Server.Identity;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Registry;

/// <summary>A hub with a registry, two projects and callers of them, over HTTPS.</summary>
internal sealed class RegistryScene : IAsyncDisposable
{
    public const string Arm = "?api-version=2023-07-01";
    public const string AcrPush = "8311e382-0749-4cb8-b61a-304f252e45ec";
    public const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    public const string AcrDelete = "c2f4ef07-c644-48eb-af81-4b1b4947fb11";
    public const string Developer = "64702f94-c441-49e6-a78b-ef80e0188fee";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    private RegistryScene(HubServer hub, HttpClient owner) => (Hub, Owner) = (hub, owner);

    public HubServer Hub { get; }

    public ManualClock Clock { get; private init; } = null!;

    public HttpClient Owner { get; }

    public string RegistryId => $"{group}/providers/Microsoft.ContainerRegistry/registries/teamregistry";

    /// <summary>Ids of the two projects.</summary>
    public string[] Projects { get; private set; } = [];

    /// <summary>Their workspace ids.</summary>
    public string[] Workspaces { get; private set; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RegistryScene> MakeAsync(string? data = null, params string[] settings)
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var hub = await HubServer.StartAsync(data, builder => builder.Services.AddSingleton<TimeProvider>(clock), ["--Models:Warm", "false", .. settings]);
        var scene = new RegistryScene(hub, await hub.OwnerAsync()) { Clock = clock };
        await scene.Owner.CallAsync("PUT", $"{scene.group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await scene.Owner.CallAsync("PUT", $"{scene.group}?api-version=2024-07-01", new { location = "local" });
        await scene.Owner.CallAsync("PUT", scene.RegistryId + Arm, new { location = "local", sku = new { name = "Standard" }, properties = new { adminUserEnabled = true } });
        var team = $"{scene.group}/providers/Microsoft.MachineLearningServices/workspaces/team";
        await NewHub.MakeWorkspaceAsync(scene.Owner, team, new { location = "local", kind = "hub", properties = new { containerRegistry = scene.RegistryId } });
        scene.Projects = [$"{team}-one", $"{team}-two"];
        foreach (var project in scene.Projects)
        {
            await NewHub.MakeWorkspaceAsync(scene.Owner, project, new { location = "local", kind = "project", properties = new { hubResourceId = team } });
            scene.Workspaces = [.. scene.Workspaces, (string)(await scene.Owner.CallAsync("GET", $"{project}?api-version=2024-04-01")).Body["properties"]!["workspaceId"]!];
        }

        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        await Hub.DisposeAsync();
    }

    /// <summary>A new application with these roles.</summary>
    public async Task<FirstPrincipal> NewAppAsync(params (string Role, string Scope)[] roles)
    {
        var app = await Hub.NewAppAsync();
        foreach (var (role, scope) in roles)
        {
            await Owner.AssignAsync(scope, role, app.ObjectId);
        }

        return app;
    }

    /// <summary>A client with an access token of that application for these scopes.</summary>
    public async Task<HttpClient> ClientAsync(FirstPrincipal app, params string[] scopes) => await ClientAsync(app.AppId, app.ClientSecret, scopes);

    public async Task<HttpClient> ClientAsync(string name, string password, params string[] scopes)
    {
        var client = Hub.HttpsClient();
        var query = string.Join('&', scopes.Select(scope => $"scope={Uri.EscapeDataString(scope)}"));
        var answer = await client.CallAsync("GET", $"/oauth2/token?service=atrium&{query}", null, ("Authorization", Basic(name, password)));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)answer.Body["token"] ?? throw new InvalidOperationException(answer.ToString()));
        return client;
    }

    /// <summary>A client of someone who may push, pull and delete in the registry, with a token for that repository.</summary>
    public async Task<HttpClient> PusherAsync(params string[] repositories)
    {
        var app = await NewAppAsync((AcrPush, RegistryId), (AcrDelete, RegistryId));
        return await ClientAsync(app, [.. repositories.Select(repository => $"repository:{repository}:pull,push,delete")]);
    }

    public static string Basic(string name, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));

    public static string DigestOf(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Pushes a blob in one chunk.</summary>
    public static async Task<string> PushBlobAsync(HttpClient client, string repository, byte[] content)
    {
        var digest = DigestOf(content);
        using var begin = await client.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null, Cancel);
        Assert.Equal(202, (int)begin.StatusCode);
        using var end = await SendAsync(client, "PUT", $"{begin.Headers.Location}?digest={digest}", content, "application/octet-stream");
        Assert.True((int)end.StatusCode == 201, await end.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(digest, end.Headers.GetValues("Docker-Content-Digest").Single());
        return digest;
    }

    /// <summary>A manifest of these blobs.</summary>
    public static byte[] Manifest(string config, IEnumerable<string> layers, string? subject = null, string? artifactType = null)
    {
        var manifest = new Dictionary<string, object>
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = config, size = 2 },
            ["layers"] = layers.Select(layer => new { mediaType = "application/vnd.oci.image.layer.v1.tar", digest = layer, size = 3 }).ToArray(),
        };
        if (subject is not null)
        {
            manifest["subject"] = new { mediaType = OciManifest, digest = subject, size = 4 };
        }

        if (artifactType is not null)
        {
            manifest["artifactType"] = artifactType;
        }

        return JsonSerializer.SerializeToUtf8Bytes(manifest);
    }

    /// <summary>Pushes a whole little image; its digest.</summary>
    public static async Task<string> PushImageAsync(HttpClient client, string repository, string reference, string content)
    {
        var config = await PushBlobAsync(client, repository, "{}"u8.ToArray());
        var layer = await PushBlobAsync(client, repository, Encoding.UTF8.GetBytes(content));
        var manifest = Manifest(config, [layer]);
        using var put = await SendAsync(client, "PUT", $"/v2/{repository}/manifests/{reference}", manifest, OciManifest);
        Assert.True((int)put.StatusCode == 201, await put.Content.ReadAsStringAsync(Cancel));
        return DigestOf(manifest);
    }

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, byte[]? content = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (content is not null)
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await client.SendAsync(request, Cancel);
    }
}
