using Atrium.Server.Identity.SignIn;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

public sealed class SignInThrottleTests
{
    private readonly ManualClock clock = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SignInThrottle throttle;

    public SignInThrottleTests() => throttle = new(clock);

    [Fact]
    public void The_first_wrong_tries_are_free_and_then_the_wait_doubles()
    {
        for (var i = 1; i < SignInThrottle.FreePerAccount; i++)
        {
            throttle.Failed("ann", $"10.0.0.{i}");
            Assert.Null(throttle.WaitFor("ann", "10.1.1.1"));
        }

        throttle.Failed("ann", "10.0.0.9");
        var first = throttle.WaitFor("ANN", "10.1.1.1")!.Value;
        clock.Now += first;
        Assert.Null(throttle.WaitFor("ann", "10.1.1.1"));
        throttle.Failed("ann", "10.0.0.9");
        Assert.Equal(first * 2, throttle.WaitFor("ann", "10.1.1.1"));
    }

    [Fact]
    public void Another_account_is_free_until_its_address_has_failed_too_often()
    {
        for (var i = 0; i < SignInThrottle.FreePerAddress - 1; i++)
        {
            throttle.Failed($"user{i}", "10.0.0.1");
        }

        Assert.Null(throttle.WaitFor("bob", "10.0.0.1"));
        throttle.Failed("userX", "10.0.0.1");
        Assert.NotNull(throttle.WaitFor("bob", "10.0.0.1"));
        Assert.Null(throttle.WaitFor("bob", "10.0.0.2"));
    }

    [Fact]
    public void A_right_password_frees_the_account_but_not_the_address()
    {
        for (var i = 0; i < SignInThrottle.FreePerAddress; i++)
        {
            throttle.Failed("ann", "10.0.0.1");
        }

        throttle.Succeeded("ann");
        Assert.Null(throttle.WaitFor("ann", "10.0.0.2"));
        Assert.NotNull(throttle.WaitFor("ann", "10.0.0.1"));
    }

    [Fact]
    public void The_wait_has_an_end()
    {
        for (var i = 0; i < 200; i++)
        {
            throttle.Failed("ann", $"10.0.{i}.1");
        }

        Assert.Equal(TimeSpan.FromMinutes(15), throttle.WaitFor("ann", "10.1.1.1"));
    }

    [Fact]
    public void The_table_never_grows_past_its_bound()
    {
        for (var i = 0; i < (3 * SignInThrottle.MaxEntries) + 10; i++)
        {
            throttle.Failed($"account{i}", $"address{i % 7}");
            clock.Now += TimeSpan.FromMilliseconds(1);
        }

        Assert.InRange(throttle.Count, 1, SignInThrottle.MaxEntries);
        Assert.NotNull(throttle.WaitFor("somebody", "address3"));
    }
}
