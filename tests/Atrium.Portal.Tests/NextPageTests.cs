using Atrium.Portal.SignIn;

namespace Atrium.Portal.Tests;

public sealed class NextPageTests
{
    [Theory]
    [InlineData("/portal")]
    [InlineData("/portal?a=b")]
    [InlineData("/portal/w/s/g/hub/overview?tab=2")]
    public void A_page_of_the_portal_is_gone_to(string asked) => Assert.Equal(asked, NextPage.Of(asked));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://elsewhere.example/portal/")]
    [InlineData("//elsewhere.example/portal/")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("/portal/\\elsewhere.example")]
    [InlineData("/portals")]
    [InlineData("/subscriptions")]
    [InlineData("/portal/sign-in?code=x")]
    [InlineData("/portal/\r\nSet-Cookie: x")]
    public void Anything_else_leads_to_the_first_page(string? asked) => Assert.Equal("/portal", NextPage.Of(asked));
}
