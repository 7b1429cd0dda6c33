using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>What a role may not do is not offered.</summary>
public sealed class RoleTests(PortalScene scene)
{
    [Fact]
    public async Task A_reader_sees_everything_and_is_offered_no_change_and_no_key()
    {
        var user = await scene.NewUserAsync(("Reader", scene.Group));
        await using var window = await scene.OpenAsAsync(user);
        foreach (var (page, offer) in new[] { ("projects", "New project"), ("deployments", "Deploy a model"), ("connections", "New connection"), ("access", "Give a role"), ("settings", "Save") })
        {
            await window.GoAsync(scene.PageOf(scene["hub"], page));
            await Expect(window.Page.GetByText(offer, new() { Exact = true })).ToHaveCountAsync(0);
        }

        await window.GoAsync(scene.PageOf(scene["hub"], "keys"));
        await Expect(window.Page.GetByText("Keys are not shown")).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Chat" })).ToHaveCountAsync(0);
        await window.GoAsync(scene.PageOf(scene["hub"], "projects"));
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete ") })).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_developer_of_one_project_finds_it_and_works_in_it_and_sees_no_other()
    {
        var (mine, other) = (await scene.NewProjectAsync(), await scene.NewProjectAsync());
        var user = await scene.NewUserAsync(("Azure AI Developer", scene.WorkspaceId(mine)));
        await using var window = await scene.OpenAsAsync(user);
        await window.GoAsync("/portal");
        await Expect(window.Page.GetByText(other)).ToHaveCountAsync(0);
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new($"^{mine}") }).ClickAsync();
        await Expect(window.Page).ToHaveURLAsync(new Regex($"/{mine}/overview$"));
        foreach (var page in (string[])["overview", "deployments", "connections", "keys", "usage", "access", "settings", "settings?tab=network", "activity", "resources", "playground/chat"])
        {
            await window.GoAsync(scene.PageOf(mine, page));
            await Expect(window.Page.GetByRole(AriaRole.Main).GetByText("Something went wrong")).ToHaveCountAsync(0);
        }

        await window.Page.GotoAsync(scene.PageOf(other, "overview"));
        await Expect(window.Page.GetByText("There is no such hub or project")).ToBeVisibleAsync();
        Assert.Empty(window.Faults);
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("Azure AI Developer")]
    [InlineData("Reader")]
    public async Task What_a_role_may_not_do_is_not_offered_and_the_API_refuses_it(string role)
    {
        var (project, spare) = (await scene.NewProjectAsync(), await scene.NewProjectAsync());
        var user = await scene.NewUserAsync((role, scene.Group));
        using var api = await scene.ApiOfAsync(user);
        await using var window = await scene.OpenAsAsync(user);
        var reader = await scene.Api.GetFromJsonAsync<JsonObject>($"{scene.Group}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=roleName eq 'Reader'", TestContext.Current.CancellationToken);
        var grant = new { properties = new { roleDefinitionId = (string?)reader!["value"]![0]!["id"], principalId = Guid.NewGuid(), principalType = "User" } };
        var connection = new { properties = new { category = "Git", target = "https://git.example", authType = "None" } };
        var id = scene.WorkspaceId(project);
        await scene.PutAsync($"{id}/connections/there?api-version=2024-04-01", new { properties = new { category = "ApiKey", target = "https://service.example", authType = "ApiKey", credentials = new { key = "of the service" } } });
        await scene.PutAsync($"{id}/deployments/there?api-version=2026-05-01", new { properties = new { model = new { format = "OpenAI", name = "default-chat" } } });
        var account = $"{scene.Group}/providers/Microsoft.CognitiveServices/accounts/{scene["aiServicesAccount"]}";
        var opened = scene.PageOf(project, $"connections?open={id}/connections/there");
        (string Page, ILocator Offer, HttpMethod Method, string Path, object? Body)[] jobs =
        [
            (scene.PageOf(scene["hub"], "projects"), Text("New project"), HttpMethod.Put, $"{scene.WorkspaceId($"r-{Guid.NewGuid():N}"[..16])}?api-version=2024-04-01", new { location = "local", kind = "project", properties = new { hubResourceId = scene.HubId } }),
            (scene.PageOf(scene["hub"], "settings"), Text("Save"), HttpMethod.Patch, $"{scene.HubId}?api-version=2024-04-01", new { tags = new { } }),
            (scene.PageOf(project, "connections"), Text("New connection"), HttpMethod.Put, $"{id}/connections/one?api-version=2024-04-01", connection),
            (scene.PageOf(project, "deployments"), Text("Deploy a model"), HttpMethod.Put, $"{id}/deployments/one?api-version=2026-05-01", new { properties = new { model = new { format = "OpenAI", name = "default-chat" } } }),
            (scene.PageOf(project, "access"), Text("Give a role"), HttpMethod.Put, $"{id}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", grant),
            (scene.PageOf(project, "settings"), Text("Save"), HttpMethod.Patch, $"{id}?api-version=2024-04-01", new { tags = new { } }),
            (scene.PageOf(project, "keys"), Button("Show Key 1"), HttpMethod.Post, $"{id}/listApiKeys?api-version=2024-04-01", null),
            (scene.PageOf(project, "keys"), Button("Regenerate Key 1"), HttpMethod.Post, $"{id}/regenerateApiKey?api-version=2024-04-01", new { keyName = "key1" }),
            (scene.PageOf(scene["hub"], "keys"), Button("Show Key 1"), HttpMethod.Post, $"{account}/listKeys?api-version=2024-10-01", null),
            (scene.PageOf(scene["hub"], "settings?tab=network"), Text("Let an address in"), HttpMethod.Patch, $"{scene.HubId}?api-version=2024-04-01", new { properties = new { ipAllowlist = Array.Empty<string>() } }),
            (scene.PageOf(scene["hub"], "settings?tab=network"), Text("Check"), HttpMethod.Post, $"{scene.HubId}/checkOutbound?api-version=2024-04-01", new { host = "pypi.org", port = 443 }),
            (opened, Button("Show Credentials"), HttpMethod.Post, $"{id}/connections/there/listSecrets?api-version=2024-04-01", null),
            (opened, window.Page.GetByRole(AriaRole.Dialog).GetByText("Delete", new() { Exact = true }), HttpMethod.Delete, $"{id}/connections/there?api-version=2024-04-01", null),
            (scene.PageOf(project, "deployments"), Button("Delete there"), HttpMethod.Delete, $"{id}/deployments/there?api-version=2026-05-01", null),
            (scene.PageOf(scene["hub"], $"projects?find={spare}"), Button($"Delete {spare}"), HttpMethod.Delete, $"{scene.WorkspaceId(spare)}?api-version=2024-04-01", null),
            ("/portal/people?tab=groups", Text("New group"), HttpMethod.Put, $"/providers/Atrium.Identity/groups/r-{Guid.NewGuid():N}?api-version=2026-11-01", new { properties = new { members = Array.Empty<string>() } }),
            ("/portal/people", Text("New user"), HttpMethod.Put, $"/providers/Atrium.Identity/users/r-{Guid.NewGuid():N}?api-version=2026-11-01", new { properties = new { password = "correct horse battery" } }),
        ];
        var differences = new List<string>();
        var offers = 0;
        foreach (var job in jobs)
        {
            await window.GoAsync(job.Page);
            using var request = new HttpRequestMessage(job.Method, job.Path) { Content = job.Body is null ? null : JsonContent.Create(job.Body) };
            using var answer = await api.SendAsync(request, TestContext.Current.CancellationToken);
            var isAllowed = answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound);

            // Some of it is drawn when the rights are there, a moment after the page.
            var isOffered = isAllowed ? await IsSeenAsync(job.Offer) : await job.Offer.CountAsync() > 0;
            offers += isOffered ? 1 : 0;
            if (isOffered != isAllowed || (isAllowed && !answer.IsSuccessStatusCode))
            {
                differences.Add($"{job.Page}: offered {isOffered}, {job.Method} {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal(role == "Reader", offers == 0);
        Assert.Empty(window.Faults);

        ILocator Text(string text) => window.Page.GetByText(text, new() { Exact = true });

        ILocator Button(string name) => window.Page.GetByRole(AriaRole.Button, new() { Name = name });

        static async Task<bool> IsSeenAsync(ILocator offer)
        {
            try
            {
                await offer.First.WaitForAsync(new() { Timeout = 30_000 });
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("Azure AI Developer")]
    [InlineData("Reader")]
    public async Task Every_page_is_sound_for_every_role(string role)
    {
        var user = await scene.NewUserAsync((role, scene.Group));
        await using var window = await scene.OpenAsAsync(user);
        foreach (var path in (string[])["/portal", "/portal/people", .. PageTests.OfHub.Select(page => scene.PageOf(scene["hub"], page)), .. PageTests.OfProject.Select(page => scene.PageOf(scene["project"], page))])
        {
            await window.WalkAsync(path);
            await Expect(window.Page.GetByRole(AriaRole.Main).GetByText("Something went wrong")).ToHaveCountAsync(0);
        }

        Assert.Empty(window.Faults);
    }
}
