using Atrium.Server.Registry.Images;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Registry;

/// <summary>Who may do what in a registry, and that a project's images are its own.</summary>
public sealed class ImageAccessTests : IAsyncLifetime
{
    private RegistryScene scene = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await RegistryScene.MakeAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Without_a_token_the_challenge_says_where_one_is_had()
    {
        using var nobody = scene.Hub.HttpsClient();
        var host = nobody.BaseAddress!.Authority;
        var root = await nobody.CallAsync("GET", "/v2/");
        Assert.Equal((401, $"Bearer realm=\"https://{host}/oauth2/token\",service=\"{host}\""), ((int)root.Status, root.Message.Headers.WwwAuthenticate.ToString()));
        var push = await nobody.CallAsync("POST", "/v2/teamregistry/app/blobs/uploads/");
        Assert.Contains("scope=\"repository:teamregistry/app:pull,push\"", push.Message.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var own = await nobody.CallAsync("GET", "/registries/teamregistry/v2/");
        Assert.Contains($"realm=\"https://{host}/registries/teamregistry/oauth2/token\"", own.Message.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(403, (int)(await scene.Hub.Client.CallAsync("GET", "/v2/")).Status);
    }

    [Fact]
    public async Task A_token_holds_for_its_scopes_and_as_long_as_the_right_is_had()
    {
        var app = await scene.Hub.NewAppAsync();
        var assignment = await scene.Owner.AssignAsync(scene.RegistryId, RegistryScene.AcrPush, app.ObjectId);
        using var pusher = await scene.ClientAsync(app, "repository:teamregistry/app:pull,push");
        await RegistryScene.PushImageAsync(pusher, "teamregistry/app", "v1", "one");
        Assert.Equal(401, (int)(await pusher.CallAsync("GET", "/v2/teamregistry/other/tags/list")).Status);
        using var puller = await scene.ClientAsync(app, "repository:teamregistry/app:pull");
        Assert.Equal(200, (int)(await puller.CallAsync("GET", "/v2/teamregistry/app/tags/list")).Status);
        var refused = await puller.CallAsync("POST", "/v2/teamregistry/app/blobs/uploads/");
        Assert.Equal((401, true), ((int)refused.Status, refused.Message.Headers.WwwAuthenticate.ToString().Contains("insufficient_scope", StringComparison.Ordinal)));

        await scene.Owner.CallAsync("DELETE", $"{assignment.Body["id"]}?api-version=2022-04-01");
        var revoked = await pusher.CallAsync("GET", "/v2/teamregistry/app/tags/list");
        Assert.Equal((403, "DENIED"), ((int)revoked.Status, (string?)revoked.Body["errors"]![0]!["code"]));
    }

    [Fact]
    public async Task Tokens_end()
    {
        using var pusher = await scene.PusherAsync("teamregistry/app");
        await RegistryScene.PushImageAsync(pusher, "teamregistry/app", "v1", "one");
        scene.Clock.Now += TimeSpan.FromMinutes(16);
        Assert.Equal(401, (int)(await pusher.CallAsync("GET", "/v2/teamregistry/app/tags/list")).Status);
    }

    [Fact]
    public async Task The_admin_user_signs_in_while_he_is_enabled_and_with_either_password()
    {
        var listed = (await scene.Owner.CallAsync("POST", $"{scene.RegistryId}/listCredentials{RegistryScene.Arm}")).Body;
        string[] passwords = [.. listed["passwords"]!.AsArray().Select(p => (string)p!["value"]!)];
        foreach (var password in passwords)
        {
            using var admin = await scene.ClientAsync((string)listed["username"]!, password, "repository:teamregistry/app:pull,push");
            await RegistryScene.PushImageAsync(admin, "teamregistry/app", "v1", "one");
        }

        await scene.Owner.CallAsync("POST", $"{scene.RegistryId}/regenerateCredential{RegistryScene.Arm}", new { name = "password" });
        Assert.Equal(401, await SignInAsync("teamregistry", passwords[0]));
        Assert.Equal(200, await SignInAsync("teamregistry", passwords[1]));
        await scene.Owner.CallAsync("PATCH", scene.RegistryId + RegistryScene.Arm, new { properties = new { adminUserEnabled = false } });
        Assert.Equal(401, await SignInAsync("teamregistry", passwords[1]));
    }

    [Fact]
    public async Task Anonymous_callers_pull_where_the_registry_says_so_and_never_a_projects_images()
    {
        using var pusher = await scene.PusherAsync("teamregistry/app", $"{scene.Workspaces[0]}/app");
        await RegistryScene.PushImageAsync(pusher, "teamregistry/app", "v1", "one");
        await RegistryScene.PushImageAsync(pusher, $"{scene.Workspaces[0]}/app", "v1", "one");
        using var nobody = scene.Hub.HttpsClient();
        Assert.Equal(401, (int)(await nobody.CallAsync("GET", "/v2/teamregistry/app/tags/list")).Status);
        await scene.Owner.CallAsync("PATCH", scene.RegistryId + RegistryScene.Arm, new { properties = new { anonymousPullEnabled = true } });
        Assert.Equal(200, (int)(await nobody.CallAsync("GET", "/v2/teamregistry/app/tags/list")).Status);
        Assert.Equal(401, (int)(await nobody.CallAsync("POST", "/v2/teamregistry/app/blobs/uploads/")).Status);
        Assert.Equal(401, (int)(await nobody.CallAsync("GET", $"/v2/{scene.Workspaces[0]}/app/tags/list")).Status);
    }

    [Fact]
    public async Task A_projects_developer_has_its_repositories_and_nobody_elses_and_cannot_tell_which_there_are()
    {
        string[] theirs = [$"{scene.Workspaces[0]}/app", $"{scene.Workspaces[1]}/app"];
        var developer = await scene.NewAppAsync((RegistryScene.Developer, scene.Projects[0]));
        using var client = await scene.ClientAsync(developer, [.. theirs.Append("teamregistry/app").Append($"{scene.Workspaces[1]}/nothing").Select(r => $"repository:{r}:pull,push,delete,metadata_read")]);
        using var owner = await scene.PusherAsync([.. theirs, "teamregistry/app"]);
        await RegistryScene.PushImageAsync(client, theirs[0], "v1", "mine");
        await RegistryScene.PushImageAsync(owner, theirs[1], "v1", "theirs");
        await RegistryScene.PushImageAsync(owner, "teamregistry/app", "v1", "shared");

        var there = await client.CallAsync("GET", $"/v2/{theirs[1]}/manifests/v1");
        var missing = await client.CallAsync("GET", $"/v2/{scene.Workspaces[1]}/nothing/manifests/v1");
        var unknown = await client.CallAsync("GET", $"/v2/{Guid.NewGuid()}/app/manifests/v1");
        Assert.Equal((401, 401, 401), ((int)there.Status, (int)missing.Status, (int)unknown.Status));
        Assert.Equal((there.Body.ToJsonString(), there.Body.ToJsonString()), (missing.Body.ToJsonString(), unknown.Body.ToJsonString()));
        Assert.Equal(401, (int)(await client.CallAsync("GET", "/v2/teamregistry/app/tags/list")).Status);

        // A content that another project has is not had by naming it.
        var digest = RegistryScene.DigestOf("theirs"u8.ToArray());
        using var mount = await RegistryScene.SendAsync(client, "POST", $"/v2/{theirs[0]}/blobs/uploads/?mount={digest}&from={theirs[1]}");
        Assert.Equal(202, (int)mount.StatusCode);
        Assert.Equal(404, (int)(await client.CallAsync("GET", $"/v2/{theirs[0]}/blobs/{digest}")).Status);

        var catalog = (await client.CallAsync("GET", "/registries/teamregistry/v2/_catalog")).Body["repositories"]!.AsArray();
        Assert.Equal([theirs[0]], catalog.Select(name => (string?)name));
        var all = (await owner.CallAsync("GET", "/registries/teamregistry/v2/_catalog")).Body["repositories"]!.AsArray();
        Assert.Equal(theirs.Append("app").Order(StringComparer.Ordinal), all.Select(name => (string)name!));
    }

    [Fact]
    public async Task Nobody_takes_a_name_that_looks_like_a_projects()
    {
        var stranger = Guid.NewGuid();
        using var pusher = await scene.PusherAsync($"{stranger}/app", $"teamregistry/{stranger}/app");
        Assert.Equal(401, (int)(await pusher.CallAsync("POST", $"/v2/{stranger}/app/blobs/uploads/")).Status);
        Assert.Equal(401, (int)(await pusher.CallAsync("POST", $"/v2/teamregistry/{stranger}/app/blobs/uploads/")).Status);
    }

    [Fact]
    public async Task Images_go_with_their_project_for_good_and_not_before()
    {
        var repository = $"{scene.Workspaces[0]}/app";
        using var pusher = await scene.PusherAsync(repository);
        await RegistryScene.PushImageAsync(pusher, repository, "v1", "one");
        await scene.Owner.WaitAsync(await scene.Owner.CallAsync("DELETE", $"{scene.Projects[0]}?api-version=2024-04-01"));
        var sweep = scene.Hub.Services.GetRequiredService<ImageSweep>();
        await sweep.SweepAsync(Cancel);
        Assert.Equal(3, Files());
        await scene.Owner.WaitAsync(await scene.Owner.CallAsync("DELETE", $"{scene.Projects[1]}?api-version=2024-04-01&forceToPurge=true"));
        scene.Clock.Now += TimeSpan.FromDays(30);
        await scene.Hub.Services.GetRequiredService<Atrium.Server.Resources.PurgeSweep>().SweepAsync(Cancel);
        await sweep.SweepAsync(Cancel);
        Assert.Equal(0, Files());
    }

    [Fact]
    public async Task A_token_of_the_issuer_is_exchanged_for_the_registrys_own()
    {
        var app = await scene.NewAppAsync((RegistryScene.AcrPush, scene.RegistryId));
        using var signedIn = await scene.Hub.SignedInAsync(app.AppId, app.ClientSecret, "https://containerregistry.azure.net");
        var token = signedIn.DefaultRequestHeaders.Authorization!.Parameter!;
        using var client = scene.Hub.HttpsClient();
        var refresh = await PostAsync(client, "/oauth2/exchange", ("grant_type", "access_token"), ("service", "atrium"), ("access_token", token));
        var access = await PostAsync(client, "/oauth2/token", ("grant_type", "refresh_token"), ("service", "atrium"), ("scope", "repository:teamregistry/app:pull,push"), ("refresh_token", (string)refresh.Body["refresh_token"]!));
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)access.Body["access_token"]!);
        await RegistryScene.PushImageAsync(client, "teamregistry/app", "v1", "one");

        var broken = await PostAsync(scene.Hub.HttpsClient(), "/oauth2/token", ("grant_type", "refresh_token"), ("refresh_token", (string)refresh.Body["refresh_token"]! + "x"));
        Assert.Equal(401, (int)broken.Status);
        Assert.Equal(401, (int)(await PostAsync(scene.Hub.HttpsClient(), "/oauth2/token", ("grant_type", "refresh_token"), ("refresh_token", token))).Status);
    }

    private async Task<int> SignInAsync(string name, string password)
    {
        using var client = scene.Hub.HttpsClient();
        return (int)(await client.CallAsync("GET", "/oauth2/token?service=atrium", null, ("Authorization", RegistryScene.Basic(name, password)))).Status;
    }

    private int Files() => Directory.EnumerateFiles(Path.Combine(scene.Hub.Data, "registry", "contents"), "*", SearchOption.AllDirectories).Count();

    private static async Task<Answer> PostAsync(HttpClient client, string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.ToDictionary(f => f.Name, f => f.Value));
        return await Answer.ReadAsync(await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel));
    }
}
