using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Atrium.Server.Gateway.Files;

/// <summary>Ids that are in the order of time, newest first, and that nobody guesses. Lists go by them.</summary>
internal static class FileIds
{
    private const int RandomBytes = 12;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static string New(string prefix, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"{prefix}{long.MaxValue - now.UtcTicks:x16}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}");

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(string prefix, string text) =>
        text.Length == prefix.Length + 16 + (2 * RandomBytes) && text.StartsWith(prefix, StringComparison.Ordinal) && !text.AsSpan(prefix.Length).ContainsAnyExcept(Hex);
}
