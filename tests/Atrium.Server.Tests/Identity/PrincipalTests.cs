using System.Net;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Identity;

/// <summary>Users, service principals and groups of the installation's own directory.</summary>
public sealed class PrincipalTests : IAsyncLifetime
{
    private const string Version = "?api-version=2026-11-01";
    private const string Password = "correct horse battery";
    private const string Subscriptions = "/subscriptions?api-version=2022-12-01";

    /// <summary>Unlike the list of subscriptions, which is empty for whoever has no role, it is refused.</summary>
    private const string Groups = "/providers/Atrium.Identity/groups?api-version=2026-11-01";
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        owner = await hub.OwnerAsync();
        client = hub.HttpsClient();
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        client.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_user_signs_in_with_name_and_password_and_the_password_is_never_shown()
    {
        var made = await PutUserAsync("ann@team.example", Password);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        await owner.AssignAsync("/", BuiltInRoles.Reader, (string)made.Body["properties"]!["objectId"]!);
        var read = await owner.CallAsync("GET", $"/providers/Atrium.Identity/users/ann@team.example{Version}");
        Assert.DoesNotContain("assword", made.ToString() + read, StringComparison.Ordinal);

        var answer = await SignInAsync("Ann@team.example", Password, "https://management.azure.com/.default openid profile");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.NotNull(answer.Body["id_token"]);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync((string)answer.Body["access_token"]!));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync((string)answer.Body["id_token"]!));
        foreach (var file in Directory.EnumerateFiles(hub.Data, "*", SearchOption.AllDirectories).Where(f => f.Contains("atrium.db", StringComparison.Ordinal)))
        {
            await using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new StreamReader(bytes, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(Password, await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_user_changes_his_own_password_with_the_one_he_has_and_his_tokens_end()
    {
        const string Own = $"/providers/Atrium.Identity/me/changePassword{Version}";
        await PutUserAsync("ben", Password);
        var signedIn = await SignInAsync("ben", Password, "https://management.azure.com/.default offline_access");
        var bearer = ("Authorization", $"Bearer {(string)signedIn.Body["access_token"]!}");
        var wrong = await client.CallAsync("POST", Own, new { currentPassword = "not that one", newPassword = "another horse battery" }, bearer);
        Assert.Equal((HttpStatusCode.BadRequest, "currentPassword"), (wrong.Status, (string?)wrong.Body["error"]!["target"]));
        var weak = await client.CallAsync("POST", Own, new { currentPassword = Password, newPassword = "short" }, bearer);
        Assert.Contains("newPassword", weak.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("short", weak.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await client.CallAsync("POST", Own, new { currentPassword = Password, newPassword = "another horse battery" }, bearer)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInAsync("ben", Password, "https://management.azure.com/.default")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync("ben", "another horse battery", "https://management.azure.com/.default")).Status);
        var program = await owner.CallAsync("POST", Own, new { currentPassword = Password, newPassword = "another horse battery" });
        Assert.Equal((HttpStatusCode.Conflict, "NoPassword"), (program.Status, (string?)program.Body["error"]!["code"]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.CallAsync("POST", Own, new { currentPassword = Password, newPassword = "another horse battery" })).Status);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("my name is dora, hello")]
    public async Task A_weak_password_is_refused(string password)
    {
        var answer = await PutUserAsync("dora", password);
        Assert.Equal((HttpStatusCode.BadRequest, "properties.password"), (answer.Status, (string?)answer.Body["error"]!["target"]));
        Assert.DoesNotContain(password, answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_user_needs_a_password_and_a_change_does_not()
    {
        var without = await owner.CallAsync("PUT", $"/providers/Atrium.Identity/users/bob{Version}", new { properties = new { displayName = "Bob" } });
        Assert.Equal(("Required", "properties.password"), (without.ErrorCode, (string?)without.Body["error"]!["target"]));
        await PutUserAsync("bob", Password);
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("PATCH", $"/providers/Atrium.Identity/users/bob{Version}", new { properties = new { displayName = "Robert" } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync("bob", Password)).Status);
    }

    [Fact]
    public async Task A_wrong_password_and_a_wrong_name_get_the_same_words_and_then_have_to_wait()
    {
        await PutUserAsync("carl", Password);
        var wrong = await SignInAsync("carl", "not the password");
        var nobody = await SignInAsync("nobody", "not the password");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant", 50126), (wrong.Status, (string?)wrong.Body["error"], (int)wrong.Body["error_codes"]![0]!));
        Assert.Equal(Words(wrong), Words(nobody));
        for (var i = 0; i < 4; i++)
        {
            await SignInAsync("carl", $"guess {i}");
        }

        var waiting = await SignInAsync("carl", Password);
        Assert.Equal((HttpStatusCode.TooManyRequests, "invalid_grant"), (waiting.Status, (string?)waiting.Body["error"]));
        Assert.NotNull(waiting.Message.Headers.RetryAfter);

        static string Words(Answer answer) => ((string)answer.Body["error_description"]!).Split(" Trace ID")[0];
    }

    [Fact]
    public async Task A_refresh_token_is_good_for_another_resource_until_the_password_changes()
    {
        await PutUserAsync("dina", Password);
        var signedIn = await SignInAsync("dina", Password, "https://management.azure.com/.default offline_access");
        var refreshed = await RefreshAsync((string)signedIn.Body["refresh_token"]!, "https://vault.azure.net/.default offline_access");
        Assert.True(refreshed.Status == HttpStatusCode.OK, refreshed.ToString());
        var again = (string)refreshed.Body["refresh_token"]!;
        await PutUserAsync("dina", "another good password");
        var stale = await RefreshAsync(again, "https://vault.azure.net/.default");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (stale.Status, (string?)stale.Body["error"]));
        Assert.Equal("invalid_grant", (string?)(await RefreshAsync("nonsense", "https://vault.azure.net/.default")).Body["error"]);
    }

    [Fact]
    public async Task Who_is_disabled_or_deleted_is_out_at_once()
    {
        var made = await PutUserAsync("emil", Password);
        await owner.AssignAsync("/", BuiltInRoles.Reader, (string)made.Body["properties"]!["objectId"]!);
        var token = (string)(await SignInAsync("emil", Password)).Body["access_token"]!;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        await owner.CallAsync("PATCH", $"/providers/Atrium.Identity/users/emil{Version}", new { properties = new { enabled = false } });
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
        Assert.Equal(50057, (int)(await SignInAsync("emil", Password)).Body["error_codes"]![0]!);
        await owner.CallAsync("PATCH", $"/providers/Atrium.Identity/users/emil{Version}", new { properties = new { enabled = true } });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        await owner.CallAsync("DELETE", $"/providers/Atrium.Identity/users/emil{Version}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
    }

    [Fact]
    public async Task A_member_has_the_roles_of_the_group_while_he_is_one()
    {
        var app = await hub.NewAppAsync();
        using var member = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        var group = await PutGroupAsync(app.ObjectId);
        await owner.AssignAsync("/", BuiltInRoles.Reader, (string)group.Body["properties"]!["objectId"]!);
        Assert.Equal(HttpStatusCode.OK, (await member.CallAsync("GET", Groups)).Status);
        await PutGroupAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await member.CallAsync("GET", Groups)).Status);

        Task<Answer> PutGroupAsync(params string[] members) =>
            owner.CallAsync("PUT", $"/providers/Atrium.Identity/groups/readers{Version}", new { properties = new { displayName = "Readers", members } });
    }

    [Fact]
    public async Task Two_secrets_work_side_by_side_and_each_is_shown_once()
    {
        const string Id = "/providers/Atrium.Identity/servicePrincipals/worker";
        var made = await owner.CallAsync("PUT", Id + Version, new { properties = new { displayName = "Worker" } });
        var one = await AddAsync();
        var two = await AddAsync();
        var third = await AddAsync();
        Assert.Equal((HttpStatusCode.Conflict, "TooManyCredentials"), (third.Status, third.ErrorCode));

        var shown = await owner.CallAsync("GET", Id + Version);
        Assert.Equal(2, shown.Body["properties"]!["passwordCredentials"]!.AsArray().Count);
        Assert.DoesNotContain((string)one.Body["secretText"]!, shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hash", shown.ToString(), StringComparison.OrdinalIgnoreCase);

        var appId = (string)made.Body["properties"]!["appId"]!;
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await TryAsync(one), await TryAsync(two)]);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.CallAsync("POST", $"{Id}/removePassword{Version}", new { keyId = (string)one.Body["keyId"]! })).Status);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await TryAsync(one), await TryAsync(two)]);
        Assert.Equal(HttpStatusCode.OK, (await AddAsync()).Status);

        Task<Answer> AddAsync() => owner.CallAsync("POST", $"{Id}/addPassword{Version}", new { displayName = "ci" });
        async Task<HttpStatusCode> TryAsync(Answer secret) => (await client.TokenAsync(
            hub, ("grant_type", "client_credentials"), ("client_id", appId), ("client_secret", (string)secret.Body["secretText"]!), ("scope", "https://vault.azure.net/.default"))).Status;
    }

    [Fact]
    public async Task The_first_principal_is_the_same_each_time_also_when_asked_for_at_once()
    {
        var service = hub.Services.GetRequiredService<FirstPrincipals>();
        var known = await hub.FirstAsync();
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.EnsureAsync("first", TestContext.Current.CancellationToken)));
        Assert.All(again, first => Assert.Equal(known, first));

        var id = $"/providers/Atrium.Identity/servicePrincipals/first";
        var keyId = (string)(await owner.CallAsync("GET", id + Version)).Body["properties"]!["passwordCredentials"]![0]!["keyId"]!;
        await owner.CallAsync("POST", $"{id}/removePassword{Version}", new { keyId });
        var renewed = await hub.FirstAsync();
        Assert.Equal(known.AppId, renewed.AppId);
        Assert.NotEqual(known.ClientSecret, renewed.ClientSecret);
        using var works = await hub.SignedInAsync(renewed.AppId, renewed.ClientSecret);
    }

    private Task<Answer> PutUserAsync(string name, string password) =>
        owner.CallAsync("PUT", $"/providers/Atrium.Identity/users/{name}{Version}", new { properties = new { displayName = name, password } });

    private Task<Answer> SignInAsync(string name, string password, string scope = "https://management.azure.com/.default") => client.TokenAsync(
        hub, ("grant_type", "password"), ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"), ("username", name), ("password", password), ("scope", scope));

    private Task<Answer> RefreshAsync(string token, string scope) => client.TokenAsync(
        hub, ("grant_type", "refresh_token"), ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"), ("refresh_token", token), ("scope", scope));

    private async Task<HttpStatusCode> StatusAsync(string token) => (await client.CallAsync("GET", Subscriptions, null, ("Authorization", $"Bearer {token}"))).Status;
}
