using System.Text.Json.Nodes;
using Atrium.Server.Vault.Keys;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>When a rotation policy says that something is due.</summary>
public sealed class RotationPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("timeAfterCreate", "P30D", null, 29, null)]
    [InlineData("timeAfterCreate", "P30D", null, 30, "Rotate")]
    [InlineData("timeBeforeExpiry", "P30D", 90, 59, null)]
    [InlineData("timeBeforeExpiry", "P30D", 90, 60, "Rotate")]
    [InlineData("timeBeforeExpiry", "P30D", null, 1000, null)]
    [InlineData("timeAfterCreate", "P1Y", null, 365, "Rotate")]
    public void What_is_due_follows_from_creation_or_expiry(string trigger, string time, int? expiresAfter, int days, string? due)
    {
        var policy = RotationPolicy.Read(KeyRotationTests.Policy("P1000D", ("Rotate", trigger, time)), Start, Start);
        var attributes = new JsonObject { ["enabled"] = true, ["created"] = Start.ToUnixTimeSeconds() };
        if (expiresAfter is { } life)
        {
            attributes["exp"] = Start.AddDays(life).ToUnixTimeSeconds();
        }

        Assert.Equal(due, RotationPolicy.Due(policy, new JsonObject { ["version"] = "1", ["attributes"] = attributes }, Start.AddDays(days))?.ToString());
    }
}
