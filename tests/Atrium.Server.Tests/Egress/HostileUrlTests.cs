using System.Net;
using Atrium.Server.Egress;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Egress;

/// <summary>Every door that the server declares, against the table of addresses that lead where it must not go.</summary>
public sealed class HostileUrlTests(EgressScene scene) : IClassFixture<EgressScene>
{
    [Fact]
    public void The_table_is_long_and_every_door_can_be_knocked_at()
    {
        Assert.True(HostileUrls.All.Count > 100);
        Assert.Equal(HostileUrls.All.Count, HostileUrls.All.Distinct().Count());
        Assert.Equal(Doors().Select(door => door.Name).Order(), Knocks.ByDoor.Keys.Order());
    }

    [Fact]
    public async Task The_page_on_the_network_names_every_door()
    {
        var page = await File.ReadAllTextAsync(Repository.File("docs/network.md"), TestContext.Current.CancellationToken);
        Assert.All(Doors(), door => Assert.Contains($"`{door.Name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_door_opens_for_a_public_address()
    {
        foreach (var door in Doors())
        {
            scene.Internet.Forget();
            await Knocks.ByDoor[door.Name](scene, HostileUrls.Good);
            Assert.True(scene.Internet.Requests.Any(request => request.Contains("good.example/picture.png", StringComparison.Ordinal)), $"{door.Name} called {string.Join(", ", scene.Internet.Requests)}");
        }
    }

    [Fact]
    public async Task No_hostile_address_gets_out_by_any_door()
    {
        var leaks = new List<string>();
        foreach (var door in Doors())
        {
            foreach (var url in HostileUrls.All)
            {
                scene.Internet.Forget();
                var came = await Knocks.ByDoor[door.Name](scene, url);
                var inside = scene.Internet.Dialled.Where(end => !Equals(IPEndPoint.Parse(end).Address, FakeInternet.PublicAddress)).ToList();
                if (came || inside.Count > 0)
                {
                    leaks.Add($"{door.Name}: '{url}' {(came ? "was answered" : "")} {string.Join(' ', inside)}");
                }
            }
        }

        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
    }

    /// <summary>A name that is public when it is checked and inside afterwards: the connection goes to the address that was checked, and the next one is checked again.</summary>
    [Theory]
    [InlineData("http://rebind.example/")]
    [InlineData("http://rebind-metadata.example/")]
    public async Task A_name_cannot_change_its_mind(string url)
    {
        foreach (var door in Doors())
        {
            scene.Internet.Forget();
            for (var time = 0; time < 3; time++)
            {
                await Knocks.ByDoor[door.Name](scene, url);
            }

            Assert.Contains(scene.Internet.Requests, request => request.Contains(new Uri(url).Host, StringComparison.Ordinal));
            Assert.All(scene.Internet.Dialled, end => Assert.Equal("93.184.215.14:80", end));
        }
    }

    private List<EgressDoor> Doors() => [.. scene.Server.Services.GetServices<EgressDoor>()];
}
