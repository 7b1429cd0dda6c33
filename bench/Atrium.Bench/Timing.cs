using System.Diagnostics;
using System.Globalization;

namespace Atrium.Bench;

/// <summary>Rates and percentiles of an action called again and again.</summary>
internal static class Timing
{
    /// <summary>Runs it from several callers at once for a while, after a warm-up of a fifth of that.</summary>
    public static async Task<Rate> RateAsync(int callers, TimeSpan length, Func<int, Task> action)
    {
        await DriveAsync(callers, length / 5, action);
        return await DriveAsync(callers, length, action);
    }

    public static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task<Rate> DriveAsync(int callers, TimeSpan length, Func<int, Task> action)
    {
        var clock = Stopwatch.StartNew();
        var next = 0;
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            while (clock.Elapsed < length)
            {
                var begin = clock.Elapsed;
                await action(Interlocked.Increment(ref next));
                mine.Add((clock.Elapsed - begin).TotalMilliseconds);
            }

            return mine;
        })));
        var elapsed = clock.Elapsed.TotalSeconds;
        var sorted = times.SelectMany(t => t).Order().ToArray();
        return new(sorted.Length / elapsed, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }
}

/// <summary>Calls a second, and the median and 99th percentile in milliseconds.</summary>
internal readonly record struct Rate(double PerSecond, double P50, double P99);
