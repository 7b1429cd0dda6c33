using System.Net;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Tests.Network.Inbound;

/// <summary>Ranges as network rules write them.</summary>
public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("124.56.78.91", "124.56.78.91", true)]
    [InlineData("124.56.78.91", "124.56.78.92", false)]
    [InlineData("124.56.78.91/24", "124.56.78.1", true)]
    [InlineData("124.56.78.0/24", "::ffff:124.56.78.200", true)]
    [InlineData("124.56.78.0/25", "124.56.78.128", false)]
    [InlineData("0.0.0.0/0", "9.9.9.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::7/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    public void A_range_holds_the_addresses_of_its_prefix(string range, string address, bool holds) =>
        Assert.Equal(holds, AddressRange.Holds(AddressRange.Parse(range), IPAddress.Parse(address)));

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/-1")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/8/8")]
    [InlineData("010.1.2.3")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("example.org")]
    [InlineData("2001:db8::/129")]
    public void What_can_be_read_in_two_ways_or_in_none_is_no_range(string text) => Assert.False(AddressRange.TryParse(text, out _));
}
