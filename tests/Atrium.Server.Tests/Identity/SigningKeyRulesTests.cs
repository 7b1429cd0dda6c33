using System.Collections.Immutable;
using Atrium.Server.Identity.Tokens;

namespace Atrium.Server.Tests.Identity;

public sealed class SigningKeyRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_key_signs_at_once() => Assert.Equal(1, SigningKeyRules.Current(Keys(0), Start).Generation);

    [Fact]
    public void The_next_key_is_published_before_it_signs_and_the_old_one_after()
    {
        var made = Start + SigningKeyRules.Period;
        var keys = Keys(0, SigningKeyRules.Period.TotalHours);
        Assert.True(SigningKeyRules.IsNextDue(keys[..1], made));
        Assert.False(SigningKeyRules.IsNextDue(keys, made));

        Assert.Equal(1, SigningKeyRules.Current(keys, made).Generation);
        Assert.Equal([1, 2], SigningKeyRules.Published(keys, made).Select(k => k.Generation));

        var takesOver = made + SigningKeyRules.Ahead;
        Assert.Equal(2, SigningKeyRules.Current(keys, takesOver).Generation);
        Assert.Equal([1, 2], SigningKeyRules.Published(keys, takesOver + TokenServer.AccessTokenLife).Select(k => k.Generation));
        Assert.Equal([2], SigningKeyRules.Published(keys, takesOver + SigningKeyRules.Behind).Select(k => k.Generation));
    }

    private static ImmutableArray<SigningKey> Keys(params double[] hours) =>
        [.. hours.Select((h, i) => SigningKey.Read(i + 1, SigningKey.MakeText(Start + TimeSpan.FromHours(h))))];
}
