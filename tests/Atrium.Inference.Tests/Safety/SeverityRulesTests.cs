using Atrium.Inference.Safety;

namespace Atrium.Inference.Tests.Safety;

public sealed class SeverityRulesTests
{
    [Theory]
    [InlineData(0.1f, 0f, 0f, 0)]
    [InlineData(0.4f, 0f, 0f, 1)]
    [InlineData(0.6f, 0f, 0f, 2)]
    [InlineData(0.6f, 0.4f, 0f, 3)]
    [InlineData(0.9f, 0.6f, 0f, 4)]
    [InlineData(0.9f, 0.6f, 0.4f, 5)]
    [InlineData(0.9f, 0.9f, 0.6f, 6)]
    [InlineData(0.9f, 0.9f, 0.95f, 7)]
    [InlineData(0f, 0f, 0.6f, 6)]
    [InlineData(0f, 0.6f, 0f, 4)]
    public void Probabilities_become_the_published_scale(float low, float medium, float high, int severity) =>
        Assert.Equal(severity, SeverityRules.Severity(SeverityRules.Ordered(low, medium, high)));
}
