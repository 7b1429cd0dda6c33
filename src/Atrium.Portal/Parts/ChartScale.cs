namespace Atrium.Portal.Parts;

/// <summary>The numbers at an axis: round, few, from zero to a little above the largest value. Pure.</summary>
public static class ChartScale
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>The marks, from zero upwards; the last is the end of the axis.</summary>
    /// <param name="largest">The largest value.</param>
    /// <param name="wanted">About how many parts.</param>
    /// <param name="whole">Whether half a thing makes no sense.</param>
    public static IReadOnlyList<double> Marks(double largest, int wanted = 4, bool whole = true)
    {
        if (!(largest > 0))
        {
            return [0, 1];
        }

        var rough = largest / wanted;
        var size = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = Steps.First(s => s * size >= rough - 1e-9 && (!whole || s * size >= 1 && (s * size) % 1 < 1e-9)) * size;
        var count = (int)Math.Ceiling((largest / step) - 1e-9);
        return [.. Enumerable.Range(0, count + 1).Select(i => i * step)];
    }

    /// <summary>A number short enough for an axis: 1,500 is 1.5 k.</summary>
    public static string Brief(double value, Texts.Words words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var (scaled, unit) = Math.Abs(value) switch
        {
            >= 1e9 => (value / 1e9, " G"),
            >= 1e6 => (value / 1e6, " M"),
            >= 1e4 => (value / 1e3, " k"),
            _ => (value, ""),
        };
        return words.Number(scaled, scaled % 1 == 0 ? 0 : scaled * 10 % 1 == 0 ? 1 : 2) + unit;
    }
}
