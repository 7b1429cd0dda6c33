using System.Net;
using System.Text;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Encryption;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Encryption;

/// <summary>A server with a vault of customers' keys, and a clock of the test's.</summary>
internal sealed class EncryptionScene : IAsyncDisposable
{
    public const string Ml = "?api-version=2024-04-01";
    private const string Arm = "?api-version=2023-07-01";
    private const string V = "?api-version=7.5";
    private const string CryptoOfficer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private HttpClient officer = null!;

    private EncryptionScene(HubServer server, HttpClient owner) => (Server, Owner) = (server, owner);

    public HubServer Server { get; }

    public HttpClient Owner { get; }

    public ManualClock Clock { get; private init; } = null!;

    public string VaultId => $"{group}/providers/Microsoft.KeyVault/vaults/customer";

    public KeyRing Ring => Server.Services.GetRequiredService<KeyRing>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<EncryptionScene> MakeAsync(params string[] settings) => MakeAsync(outside: null, settings);

    public static async Task<EncryptionScene> MakeAsync(IOutside? outside, params string[] settings)
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        void Configure(WebApplicationBuilder builder)
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            if (outside is not null)
            {
                builder.Services.AddSingleton(outside);
            }
        }

        var server = await HubServer.StartAsync(configure: Configure, settings: ["--Models:Warm", "false", .. settings]);
        var scene = new EncryptionScene(server, await server.OwnerAsync()) { Clock = clock };
        await scene.Owner.CallAsync("PUT", $"{scene.group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await scene.Owner.CallAsync("PUT", $"{scene.group}?api-version=2024-07-01", new { location = "local" });
        await scene.Owner.CallAsync("PUT", scene.VaultId + Arm, new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = true } });
        scene.officer = await server.ClientForAsync("https://vault.azure.net", (CryptoOfficer, scene.VaultId));
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        officer.Dispose();
        Owner.Dispose();
        await Server.DisposeAsync();
    }

    public string WorkspaceId(string name) => $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    /// <summary>A new key, or a new version of one; its full address.</summary>
    public async Task<string> NewKeyAsync(string name, object? body = null)
    {
        var made = await officer.CallAsync("POST", $"/vaults/customer/keys/{name}/create{V}", body ?? new { kty = "RSA" });
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        return (string)made.Body["key"]!["kid"]!;
    }

    /// <summary>Takes a version of a key away, or gives it back.</summary>
    public async Task EnableAsync(string identifier, bool enabled)
    {
        var changed = await officer.CallAsync("PATCH", $"/vaults/customer{new Uri(identifier).AbsolutePath}{V}", new { attributes = new { enabled } });
        Assert.True(changed.Status == HttpStatusCode.OK, changed.ToString());
    }

    /// <summary>A hub whose key is wrapped by that one; by Atrium's own where there is none.</summary>
    public async Task<string> NewHubAsync(string name, string? key)
    {
        await NewHub.MakeWorkspaceAsync(Owner, WorkspaceId(name), new { location = "local", kind = "hub", properties = key is null ? new { } : Encrypted(key) });
        return WorkspaceId(name);
    }

    public object Encrypted(string key) => new { encryption = new { status = "Enabled", keyVaultProperties = new { keyVaultArmId = VaultId, keyIdentifier = key } } };

    public async Task<ProjectScope> NewProjectAsync(string hub, string name)
    {
        await NewHub.MakeWorkspaceAsync(Owner, WorkspaceId(name), new { location = "local", kind = "project", properties = new { hubResourceId = hub } });
        return (await ProjectScope.FindAsync(ResourceId.Parse(WorkspaceId(name)), new ResourceReader(Server.Services.GetRequiredService<IAtriumStore>()), Cancel))!;
    }

    public async Task WriteAsync(ProjectScope project, string path, byte[] content) =>
        await Server.Services.GetRequiredService<IProjectBlobs>().WriteAsync(project, ProjectContainer.Data, path, new MemoryStream(content), "application/octet-stream", Cancel);

    public async Task<byte[]> ReadAsync(ProjectScope project, string path)
    {
        await using var content = await OpenAsync(project, path);
        var all = new MemoryStream();
        await content.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    public async Task<Stream> OpenAsync(ProjectScope project, string path) =>
        (await Server.Services.GetRequiredService<IProjectBlobs>().OpenAsync(project, ProjectContainer.Data, path, Cancel))!.Value.Content;

    /// <summary>Whether the words stand anywhere in the data folder.</summary>
    public bool IsOnDisk(string words) => Directory.EnumerateFiles(Server.Data, "*", SearchOption.AllDirectories).Any(path => IsIn(path, Encoding.UTF8.GetBytes(words)));

    private static bool IsIn(string path, byte[] words)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, read).IndexOf(words) >= 0;
    }
}
