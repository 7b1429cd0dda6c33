using Atrium.Server.Identity;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>A server with a clock of the tests', its owner, and an officer of the keys of all vaults in one group. Shared by the tests of a class; each makes a vault of its own.</summary>
public sealed class KeyVaultScene : IAsyncLifetime
{
    private const string Officer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private FirstPrincipal officer = null!;

    internal ManualClock Clock { get; } = new(TimeProvider.System.GetUtcNow());

    internal HubServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(Clock), settings: ["--Models:Warm", "false"]);
        using var owner = await Server.OwnerAsync();
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        officer = await Server.NewAppAsync();
        await owner.AssignAsync(group, Officer, officer.ObjectId);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal string IdOf(string vault) => $"{group}/providers/Microsoft.KeyVault/vaults/{vault}";

    internal Task<HttpClient> OfficerAsync(string audience) => Server.SignedInAsync(officer.AppId, officer.ClientSecret, audience);
}
