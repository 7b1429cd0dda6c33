using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>Very long names and very many rows: nothing sticks out, and lists are drawn as far as they are seen. A picture of each page is kept in <c>artifacts/portal</c>.</summary>
public sealed class PictureTests(PortalScene scene)
{
    private const string Ml = "?api-version=2024-04-01";
    private const int Rows = 1000;
    private const int MostDrawn = 150;
    private static readonly string Title = string.Concat(Enumerable.Repeat("Donaudampfschifffahrtsgesellschaft", 3));

    [Theory]
    [InlineData("en", ColorScheme.Light, 1400)]
    [InlineData("de", ColorScheme.Dark, 820)]
    public async Task Long_names_and_a_thousand_rows_fit(string language, ColorScheme scheme, int width)
    {
        var hub = $"long-{language}-hub-name-of-thirty3";
        await scene.PutAsync($"{scene.WorkspaceId(hub)}{Ml}", new { location = "local", kind = "hub", properties = new { friendlyName = Title, description = Title } });
        var project = $"{hub[..^9]}-project";
        await scene.PutAsync($"{scene.WorkspaceId(project)}{Ml}", new { location = "local", kind = "project", properties = new { hubResourceId = scene.WorkspaceId(hub), friendlyName = Title } });
        await Parallel.ForAsync(0, Rows, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await scene.PutAsync(
            $"{scene.WorkspaceId(project)}/connections/connection-with-quite-a-long-name-{i:D4}{Ml}",
            new { properties = new { category = "Git", target = $"https://{new string('x', 60)}.example/{Title}/{i}", authType = "None" } }));
        await using var window = await scene.OpenAsAsync("admin", language, scheme, width, 1000);
        foreach (var path in (string[])["/portal", "/portal/people", .. PageTests.OfHub.Select(page => scene.PageOf(hub, page)), scene.PageOf(project, "overview"), scene.PageOf(project, "connections")])
        {
            await window.WalkAsync(path);
            Assert.False(await window.Page.EvaluateAsync<bool>("document.querySelector('.main').scrollWidth > document.querySelector('.main').clientWidth"), path);
            await window.ShootAsync($"long-{path[(path.LastIndexOf("/w/", StringComparison.Ordinal) + 3)..].Split('/').Last().Replace('?', '-').Replace('=', '-')}{(path.Contains(project, StringComparison.Ordinal) ? "-of-project" : "")}-{language}-{width}");
        }

        await window.GoAsync(scene.PageOf(hub, "connections"));
        await Expect(window.Page.GetByRole(AriaRole.Status).Filter(new() { HasTextRegex = new("^1[.,]00[0-9] ") })).ToBeVisibleAsync();
        var rows = window.Page.Locator("tbody tr");
        await Expect(rows.Nth(4)).ToBeVisibleAsync();
        Assert.InRange(await rows.CountAsync(), 5, MostDrawn);
        await window.Page.Locator(".table-wrap.tall").EvaluateAsync("list => list.scrollTop = list.scrollHeight");
        await Expect(window.Page.GetByText("connection-with-quite-a-long-name-0999")).ToBeVisibleAsync();
        await window.ShootAsync($"long-connections-end-{language}-{width}");
        Assert.Empty(window.Faults);
    }
}
