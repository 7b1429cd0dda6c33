using System.Diagnostics;
using System.Net;
using System.Text;
using Atrium.Server.Encryption;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Encryption;

/// <summary>A vault elsewhere that takes calls and leaves them open: whoever depends on it is told soon, and nobody else waits.</summary>
public sealed class SilentVaultTests
{
    private const string CryptoServiceEncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    private const int Readers = 24;
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("nobody's but the project's; ", 10_000)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Manner.Hangs)]
    [InlineData(Manner.Drips)]
    public async Task Readers_of_many_hubs_are_refused_within_a_minute_and_others_do_not_wait(Manner manner)
    {
        await using var vault = await EncryptionScene.MakeAsync();
        var app = await vault.Server.NewAppAsync();
        await vault.Owner.AssignAsync(vault.VaultId, CryptoServiceEncryptionUser, app.ObjectId);
        var outside = new TlsOutside(vault.Server);
        var host = $"http://127.0.0.1:{vault.Server.HttpsAddress().Port}";
        await using var scene = await EncryptionScene.MakeAsync(
            outside,
            "--Encryption:Vaults:0:Uri", $"{host}/vaults/customer", "--Encryption:Vaults:0:Authority", $"{host}/{vault.Server.TenantId()}",
            "--Encryption:Vaults:0:ClientId", app.AppId, "--Encryption:Vaults:0:ClientSecret", app.ClientSecret);
        var key = $"{host}/vaults/customer{new Uri(await vault.NewKeyAsync("k")).AbsolutePath}";
        var (one, two) = (await scene.NewProjectAsync(await scene.NewHubAsync("first", key), "one"), await scene.NewProjectAsync(await scene.NewHubAsync("second", key), "two"));
        var other = await scene.NewProjectAsync(await scene.NewHubAsync("third", await scene.NewKeyAsync("own")), "three");
        foreach (var project in new[] { one, two, other })
        {
            await scene.WriteAsync(project, "a.txt", Content);
        }

        // Past the time for which a vault that cannot be reached takes nothing away.
        outside.Manner = manner;
        scene.Clock.Now += TimeSpan.FromMinutes(11);
        scene.Clock.Run();
        var watch = Stopwatch.StartNew();
        var refused = Enumerable.Range(0, Readers).Select(i => Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(i % 2 == 0 ? one : two, "a.txt"))).ToList();
        var longest = TimeSpan.Zero;
        var read = 0;
        for (; !refused.TrueForAll(reader => reader.IsCompleted); read++)
        {
            var begin = watch.Elapsed;
            Assert.Equal(Content, await scene.ReadAsync(other, "a.txt"));
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (watch.Elapsed - begin).Ticks));
            await Task.Delay(50, Cancel);
        }

        Assert.All(await Task.WhenAll(refused), refusal =>
        {
            Assert.Equal((403, KeyRefusals.Code), (refusal.Status, refusal.Code));
            Assert.Contains("Its vault does not answer.", refusal.Message, StringComparison.Ordinal);
        });
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"They were told after {watch.Elapsed}.");
        Assert.True(read > 10 && longest < ExternalVault.Patience, $"{read} reads of another hub meanwhile, the longest {longest}.");

        // Somebody asks again and waits for it; whoever comes meanwhile is told at once what is known.
        await Task.Delay(ExternalVault.Rest + TimeSpan.FromSeconds(1), Cancel);
        var sent = outside.Sent;
        var asking = Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(one, "a.txt"));
        await UntilAsync(() => outside.Sent > sent || asking.IsCompleted);
        await Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(one, "a.txt"));
        Assert.False(asking.IsCompleted, "Who came meanwhile was told after who asked.");
        await asking;

        // One more hub with a key there: refused, and not made.
        var made = await scene.Owner.CallAsync("PUT", scene.WorkspaceId("fourth") + EncryptionScene.Ml, new { location = "local", kind = "hub", properties = scene.Encrypted(key) });
        Assert.Equal((HttpStatusCode.BadRequest, "properties.encryption.keyVaultProperties.keyIdentifier"), (made.Status, (string?)made.Body["error"]!["target"]));

        // A question from before may still be open; with its end they are readable again.
        outside.Manner = Manner.Answers;
        await UntilAsync(async () => await IsReadAsync(one) && await IsReadAsync(two));

        async Task<bool> IsReadAsync(ProjectScope project)
        {
            try
            {
                Assert.Equal(Content, await scene.ReadAsync(project, "a.txt"));
                return true;
            }
            catch (ApiException refused) when (refused.Code == KeyRefusals.Code)
            {
                return false;
            }
        }
    }
}
