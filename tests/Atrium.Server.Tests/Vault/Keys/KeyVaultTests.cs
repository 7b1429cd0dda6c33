using System.Buffers.Text;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>A test with a vault of its own, that goes by roles, its owner and an officer of its keys.</summary>
public abstract class KeyVaultTests(KeyVaultScene scene) : IAsyncLifetime
{
    protected const string Officer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    protected const string CryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";
    protected const string EncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    protected const string Reader = "21090545-7ca7-4776-b22c-e363652d74d2";
    protected const string Administrator = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
    protected const string Audience = "https://vault.azure.net";
    protected const string V = "?api-version=7.5";
    protected const string Arm = "?api-version=2023-07-01";

    private protected ManualClock Clock => scene.Clock;

    private protected HubServer Server => scene.Server;

    protected HttpClient Owner { get; private set; } = null!;

    protected HttpClient OfficerClient { get; private set; } = null!;

    protected string Vault { get; } = NewVault();

    protected string VaultId => IdOf(Vault);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Owner = await Server.OwnerAsync();
        OfficerClient = await scene.OfficerAsync(Audience);
        await MakeVaultAsync(Vault, rbac: true);
    }

    public ValueTask DisposeAsync()
    {
        Owner.Dispose();
        OfficerClient.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static string NewVault() => $"v{Guid.NewGuid():N}"[..20];

    protected string IdOf(string vault) => scene.IdOf(vault);

    protected async Task MakeVaultAsync(string vault, bool rbac, params object[] policies)
    {
        var made = await Owner.CallAsync(
            "PUT", IdOf(vault) + Arm, new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = rbac, accessPolicies = policies } });
        Assert.True(made.Status is HttpStatusCode.OK or HttpStatusCode.Created, made.ToString());
    }

    private protected Task<Answer> CallAsync(string method, string path, object? body = null) => OfficerClient.CallAsync(method, $"/vaults/{Vault}/{path}{V}", body);

    /// <summary>A new key, or a new version of one; its version.</summary>
    private protected async Task<string> CreateAsync(string name, object? body = null)
    {
        var made = await CallAsync("POST", $"keys/{name}/create", body ?? new { kty = "RSA" });
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        return VersionOf(made);
    }

    private protected static string VersionOf(Answer answer) => new Uri((string)answer.Body["key"]!["kid"]!).Segments[3];

    private protected static byte[] Bytes(Answer answer) => Bytes(answer.Body, "value");

    protected static byte[] Bytes(JsonNode body, string name) => Base64Url.DecodeFromChars((string)body[name]!);

    private protected static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Code and inner code of a refusal.</summary>
    private protected static (HttpStatusCode Status, string? Code, string? Inner) Refusal(Answer answer) =>
        (answer.Status, answer.ErrorCode, (string?)answer.Body["error"]?["innererror"]?["code"]);

    /// <summary>What the activity log has of a key, newest first, without the type's name.</summary>
    private protected async Task<IReadOnlyList<string>> ActivityAsync(string key)
    {
        var rows = await Server.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = $"{VaultId}/keys/{key}", Take = 50 }, Cancel);
        return [.. rows.Select(row => row.Operation["Microsoft.KeyVault/vaults/".Length..])];
    }
}
