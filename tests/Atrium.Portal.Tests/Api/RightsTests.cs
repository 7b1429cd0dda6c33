using System.Text.Json.Nodes;
using Atrium.Portal.Api;

namespace Atrium.Portal.Tests.Api;

/// <summary>What pages offer, by the permissions that the API lists.</summary>
public sealed class RightsTests
{
    [Theory]
    [InlineData("*", "Microsoft.X/type/write", true)]
    [InlineData("*/read", "Microsoft.X/type/read", true)]
    [InlineData("*/read", "Microsoft.X/type/write", false)]
    [InlineData("microsoft.x/TYPE/*", "Microsoft.X/type/write", true)]
    [InlineData("Microsoft.X/*/action", "Microsoft.X/a/b/action", true)]
    [InlineData("Microsoft.X/*/action", "Microsoft.Y/a/action", false)]
    [InlineData("Microsoft.X/type/read", "Microsoft.X/type/reader", false)]
    public void A_pattern_covers_what_it_says(string pattern, string action, bool covered) => Assert.Equal(covered, Of([pattern], []).Can(action));

    [Fact]
    public void What_one_role_excludes_another_may_still_give()
    {
        Assert.False(Of(["*"], ["A/b/write"]).Can("A/b/write"));
        Assert.True(Rights.Read([Role(["*"], ["A/b/write"]), Role(["A/*"], [])]).Can("A/b/write"));
        Assert.False(Rights.None.Can("A/b/read"));
    }

    [Fact]
    public void An_action_gives_no_data_action() => Assert.False(Of(["*"], []).CanData(Actions.Chat));

    private static Rights Of(string[] actions, string[] notActions) => Rights.Read([Role(actions, notActions)]);

    private static JsonObject Role(string[] actions, string[] notActions) => new()
    {
        ["actions"] = new JsonArray([.. actions.Select(a => (JsonNode)a)]),
        ["notActions"] = new JsonArray([.. notActions.Select(a => (JsonNode)a)]),
    };
}
