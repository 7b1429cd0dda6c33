using Atrium.Server.Resources;

namespace Atrium.Server.Tests.Resources;

public sealed class PreconditionsTests
{
    private const string Five = "\"0000000000000005\"";

    [Theory]
    [InlineData(5L, null, null, true)]
    [InlineData(null, null, null, true)]
    [InlineData(5L, Five, null, true)]
    [InlineData(5L, "0000000000000005", null, true)]
    [InlineData(6L, Five, null, false)]
    [InlineData(null, Five, null, false)]
    [InlineData(null, "*", null, false)]
    [InlineData(5L, "*", null, true)]
    [InlineData(5L, "\"x\", " + Five, null, true)]
    [InlineData(null, null, "*", true)]
    [InlineData(5L, null, "*", false)]
    [InlineData(5L, null, Five, false)]
    [InlineData(6L, null, Five, true)]
    public void A_write_goes_on_only_where_its_conditions_hold(long? version, string? ifMatch, string? ifNoneMatch, bool holds) =>
        Assert.Equal(holds, Preconditions.Hold(version, ifMatch, ifNoneMatch));
}
