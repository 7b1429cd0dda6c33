using Atrium.Persistence;
using Atrium.Server.Audit;
using Atrium.Server.Hosting;
using CsCheck;

namespace Atrium.Server.Tests.Audit;

/// <summary>The published filter of the activity log.</summary>
public sealed class ActivityFilterTests
{
    private static readonly ActivityRow Row = new()
    {
        Time = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
        Operation = "Microsoft.MachineLearningServices/workspaces/write",
        ResourceId = "/subscriptions/s/resourceGroups/Team/providers/Microsoft.MachineLearningServices/workspaces/hub/connections/one",
        Caller = "me",
        CorrelationId = "c",
        Status = "Succeeded",
    };

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("resourceGroupName eq 'team'", true)]
    [InlineData("resourceGroupName eq 'tea'", false)]
    [InlineData("resourceProvider eq 'Microsoft.MachineLearningServices'", true)]
    [InlineData("resourceProvider eq 'Microsoft.Machine'", false)]
    [InlineData("resourceUri eq '/subscriptions/S/resourcegroups/team/providers/Microsoft.MachineLearningServices/workspaces/hub'", true)]
    [InlineData("resourceUri eq '/subscriptions/s/resourceGroups/team/providers/Microsoft.MachineLearningServices/workspaces/hu'", false)]
    [InlineData("caller eq 'me' and status eq 'succeeded' and correlationId eq 'C'", true)]
    [InlineData("caller eq 'me' and status eq 'Failed'", false)]
    [InlineData("eventChannels eq 'Admin, Operation' and caller eq 'me'", true)]
    [InlineData("caller eq 'a and b'", false)]
    public void A_row_is_found_by_what_the_filter_says(string? filter, bool isMatch) => Assert.Equal(isMatch, ActivityFilter.Read(filter).Matches(Row));

    [Fact]
    public void A_period_has_both_its_ends_as_written()
    {
        var filter = ActivityFilter.Read("eventTimestamp ge '2026-11-01T00:00:00Z' and eventTimestamp le '2026-11-02'");
        Assert.Equal((new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(1)), (filter.From, filter.To));
    }

    [Theory]
    [InlineData("caller")]
    [InlineData("caller ne 'x'")]
    [InlineData("caller eq x")]
    [InlineData("eventTimestamp ge 'yesterday'")]
    [InlineData("eventTimestamp eq '2026-11-01'")]
    [InlineData("resourceUri eq 'nowhere'")]
    [InlineData("secret eq 'x'")]
    [InlineData("caller eq 'x' or caller eq 'y'")]
    public void What_is_no_filter_is_refused_and_says_what_is(string filter)
    {
        var refused = Assert.Throws<ApiException>(() => ActivityFilter.Read(filter));
        Assert.Equal((400, "$filter"), (refused.Status, refused.Target));
        Assert.Contains("resourceGroupName", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_makes_it_fail_otherwise() => Gen.String.Sample(text =>
    {
        try
        {
            ActivityFilter.Read(text);
            return true;
        }
        catch (ApiException)
        {
            return true;
        }
    });
}
