using System.Text.RegularExpressions;

namespace Atrium.Server.Storage.Files;

/// <summary>What an address of a file service names. Pure.</summary>
/// <param name="Share">Null for the service itself.</param>
/// <param name="Path">Below the share, decoded; null for the share itself.</param>
internal sealed partial record FileTarget(string? Share, string? Path)
{
    /// <summary>Reads the path as it came over the wire.</summary>
    /// <param name="target">Path and query.</param>
    /// <param name="service">The first part of the path, where the account is not in the host's name: <c>account.file</c>.</param>
    public static FileTarget Read(string target, string service)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = (end < 0 ? target : target[..end]).TrimStart('/');
        var (first, rest) = Split(path);
        if (Uri.UnescapeDataString(first).Equals(service, StringComparison.OrdinalIgnoreCase))
        {
            (first, rest) = Split(rest.TrimStart('/'));
        }

        var below = rest.Trim('/');
        return first.Length == 0 ? new(null, null) : new(Uri.UnescapeDataString(first), below.Length == 0 ? null : Uri.UnescapeDataString(below));
    }

    public static bool IsShareName(string name) => ShareNames().IsMatch(name);

    private static (string First, string Below) Split(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (path, "") : (path[..slash], path[slash..]);
    }

    [GeneratedRegex("^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex ShareNames();
}
