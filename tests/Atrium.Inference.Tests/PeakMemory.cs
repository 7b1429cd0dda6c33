using System.Globalization;

namespace Atrium.Inference.Tests;

/// <summary>The most memory of this process during an action. For tests that run alone: what others take counts too.</summary>
internal static class PeakMemory
{
    /// <summary>How many bytes more were resident at most than before it (<c>VmHWM</c> of proc(5), begun anew by <c>clear_refs</c>).</summary>
    public static long Of(Action action)
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Read();
        action();
        return Math.Max(0, Read() - before);
    }

    private static long Read()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
