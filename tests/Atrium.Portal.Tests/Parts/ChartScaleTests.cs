using Atrium.Portal.Parts;

namespace Atrium.Portal.Tests.Parts;

/// <summary>Numbers at an axis, and tables as text.</summary>
public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(0, "0 1")]
    [InlineData(1, "0 1")]
    [InlineData(3, "0 1 2 3")]
    [InlineData(25, "0 10 20 30")]
    [InlineData(400, "0 100 200 300 400")]
    [InlineData(1234567, "0 500000 1000000 1500000")]
    [InlineData(double.NaN, "0 1")]
    public void Marks_are_round_and_reach_above_the_largest(double largest, string marks) => Assert.Equal(marks, string.Join(' ', ChartScale.Marks(largest)));

    [Fact]
    public void Cells_are_quoted_and_never_run_as_formulas() =>
        Assert.Equal("a,b\r\n\"x,\"\"y\"\"\",'=1+1\r\n-5,\"two\r\nlines\"\r\n", Csv.Write(["a", "b"], [["x,\"y\"", "=1+1"], ["-5", "two\r\nlines"]]));
}
