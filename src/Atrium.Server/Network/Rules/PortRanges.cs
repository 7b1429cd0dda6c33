using System.Collections.Immutable;
using System.Globalization;

namespace Atrium.Server.Network.Rules;

/// <summary>Ports as a rule writes them: <c>443</c>, <c>80,443</c>, <c>8000-8100</c>, <c>*</c>; nothing is all.</summary>
internal sealed record PortRanges
{
    private readonly ImmutableArray<(int From, int To)> ranges;

    public PortRanges(string? text) => ranges = string.IsNullOrWhiteSpace(text) || text.Trim() == "*"
        ? [(0, ushort.MaxValue)]
        : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    public bool Contains(int port) => ranges.Any(range => range.From <= port && port <= range.To);

    private static (int From, int To) Read(string range)
    {
        var ends = range.Split('-');
        return (int.Parse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture), int.Parse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
