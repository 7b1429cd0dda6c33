using System.Net;
using Atrium.Persistence;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Resources.Changes;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Identity;

/// <summary>Two servers on one store and one master key.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private const string Groups = "/providers/Atrium.Identity/groups?api-version=2026-11-01";
    private HubServer one = null!;
    private HubServer two = null!;

    public async ValueTask InitializeAsync()
    {
        one = await HubServer.StartAsync();
        var data = Directory.CreateTempSubdirectory("atrium-test-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "keys"));
        File.Copy(Path.Combine(one.Data, "keys", "master.key"), Path.Combine(data, "keys", "master.key"));
        two = await HubServer.StartAsync(data, builder => builder.Services.AddSingleton<IAtriumStore>(services => new WatchedStore(
            AtriumStore.Open(new StoreOptions { Provider = "sqlite", Path = Path.Combine(one.Data, "atrium.db") }),
            services.GetRequiredService<ChangeFeed>(),
            NullLogger<WatchedStore>.Instance)));
    }

    public async ValueTask DisposeAsync()
    {
        await two.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task A_token_of_one_is_good_at_the_other_and_a_role_given_at_one_is_seen_at_the_other()
    {
        var app = await one.NewAppAsync();
        using var here = await one.SignedInAsync(app.AppId, app.ClientSecret);
        using var there = two.HttpsClient();
        there.DefaultRequestHeaders.Authorization = here.DefaultRequestHeaders.Authorization;
        await UntilAsync(() => there.CallAsync("GET", Groups), answer => answer.Status == HttpStatusCode.Forbidden);

        using var owner = await one.OwnerAsync();
        await owner.AssignAsync("/", BuiltInRoles.Reader, app.ObjectId);
        Assert.Equal(HttpStatusCode.OK, (await here.CallAsync("GET", Groups)).Status);

        // The other node reads the list of changes once a second.
        await UntilAsync(() => there.CallAsync("GET", Groups), answer => answer.Status == HttpStatusCode.OK);
    }
}
