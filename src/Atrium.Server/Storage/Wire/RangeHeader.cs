using System.Globalization;
using Atrium.Server.Hosting;

namespace Atrium.Server.Storage.Wire;

/// <summary>A range of bytes as a request asks for it. Pure.</summary>
internal static class RangeHeader
{
    private const string Unit = "bytes=";

    /// <summary>Offset and length within what is there; null where the whole is asked for.</summary>
    /// <exception cref="ApiException">416: it begins behind the end.</exception>
    public static (long Offset, long Length)? Read(string? header, long length)
    {
        if (header is null || Parse(header) is not { } range)
        {
            return null;
        }

        if (range.First is not { } first)
        {
            // The last so many bytes.
            var tail = Math.Min(range.Last!.Value, length);
            return tail == 0 ? throw Invalid() : (length - tail, tail);
        }

        return first >= length ? throw Invalid() : (first, Math.Min(range.Last ?? long.MaxValue, length - 1) - first + 1);
    }

    /// <summary>First and last byte as written; null for what is no range, which is passed over as HTTP says.</summary>
    public static (long? First, long? Last)? Parse(string header)
    {
        if (!header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase) || header.AsSpan(Unit.Length).IndexOf('-') is not (>= 0 and var dash))
        {
            return null;
        }

        var from = header.AsSpan(Unit.Length, dash);
        var to = header.AsSpan(Unit.Length + dash + 1);
        var first = Number(from);
        var last = Number(to);
        return (from.Length > 0 && first is null) || (to.Length > 0 && last is null) || (first is null && last is null) || last < first ? null : (first, last);
    }

    private static long? Number(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ApiException Invalid() => ApiException.Published(StatusCodes.Status416RangeNotSatisfiable, "InvalidRange", "The range specified is invalid for the current size of the resource.");
}
