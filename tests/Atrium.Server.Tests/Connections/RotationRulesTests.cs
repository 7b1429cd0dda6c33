using System.Globalization;
using Atrium.Server.Connections.Audit;

namespace Atrium.Server.Tests.Connections;

public sealed class RotationRulesTests
{
    [Theory]
    [InlineData("2026-11-01", null, "None", "2027-04-30")]
    [InlineData("2026-05-30", null, "None", "2026-11-26")]
    [InlineData("2026-05-29", null, "Old", "2026-11-25")]
    [InlineData(null, null, "None", null)]
    [InlineData(null, "2027-06-01", "None", "2027-05-02")]
    [InlineData(null, "2026-12-25", "ExpiresSoon", "2026-11-25")]
    [InlineData(null, "2026-12-26", "None", "2026-11-26")]
    [InlineData(null, "2026-11-25", "Expired", "2026-10-26")]
    [InlineData("2020-01-01", "2026-12-01", "ExpiresSoon", "2020-06-29")]
    public void A_secret_is_due_when_it_is_old_or_expires_soon(string? made, string? expires, string reason, string? at)
    {
        var rotation = RotationRules.Of(Time(made), Time(expires), new(), Time("2026-11-25")!.Value.AddHours(12));
        Assert.Equal((reason, Time(at)), (rotation.Reason.ToString(), rotation.At));
    }

    [Fact]
    public void Age_alone_makes_none_due_where_the_period_is_0() =>
        Assert.Equal(new(RotationReason.None, null), RotationRules.Of(Time("2020-01-01"), null, new() { RotateAfterDays = 0 }, Time("2026-11-25")!.Value));

    private static DateTimeOffset? Time(string? day) => day is null ? null : DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
