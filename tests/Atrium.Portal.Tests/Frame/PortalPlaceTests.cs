using Atrium.Contracts;
using Atrium.Portal.Api;
using Atrium.Portal.Frame;

namespace Atrium.Portal.Tests.Frame;

/// <summary>Addresses lead where they say.</summary>
public sealed class PortalPlaceTests
{
    [Fact]
    public void An_address_of_a_page_is_read_as_it_was_made()
    {
        var id = ResourceId.OfSubscription("11111111-1111-1111-1111-111111111111").Group("Group (1)").Resource(ApiPaths.WorkspaceType, "team_a");
        var place = PortalPlace.Of(new($"http://127.0.0.1{PortalLinks.Of(id, "playground/chat")}?deployment=x#y"));
        Assert.Equal((id, "playground/chat"), (place.Workspace, place.Page));
    }

    [Theory]
    [InlineData("/portal", "")]
    [InlineData("/portal/people", "people")]
    [InlineData("/portal/w/x", "w/x")]
    public void Other_addresses_belong_to_no_hub(string path, string page)
    {
        var place = PortalPlace.Of(new($"http://127.0.0.1{path}"));
        Assert.Equal((null, page), (place.Workspace, place.Page));
    }
}
