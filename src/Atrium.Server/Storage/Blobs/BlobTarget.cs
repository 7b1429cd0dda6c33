using System.Text;
using System.Text.RegularExpressions;

namespace Atrium.Server.Storage.Blobs;

/// <summary>What an address names: the account's service, a container, or a blob. Pure.</summary>
/// <param name="Container">Null for the service.</param>
/// <param name="Blob">Null for the service and for a container.</param>
internal sealed partial record BlobTarget(string? Container, string? Blob)
{
    public const string RootContainer = "$root";

    /// <summary>A name has at most so many characters, and so many bytes as a row's key has room for.</summary>
    private const int LongestName = 1024;
    private const int MostNameBytes = 2400;

    /// <summary>Reads the path as it came over the wire: the framework's has its dots resolved, and names may hold any of that encoded.</summary>
    /// <param name="target">Path and query.</param>
    /// <param name="service">The first part of the path, where the account is not in the host's name: <c>account.blob</c>.</param>
    /// <param name="isContainer">Whether a single name is that of a container and not of a blob in the root container.</param>
    public static BlobTarget Read(string target, string service, bool isContainer)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = (end < 0 ? target : target[..end]).TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? path : path[..slash];
        if (Uri.UnescapeDataString(first).Equals(service, StringComparison.OrdinalIgnoreCase))
        {
            path = slash < 0 ? "" : path[(slash + 1)..];
        }

        if (path.Length == 0)
        {
            return new(null, null);
        }

        slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || slash == path.Length - 1
            ? Single(Uri.UnescapeDataString(slash < 0 ? path : path[..slash]), isContainer)
            : new(Uri.UnescapeDataString(path[..slash]), Uri.UnescapeDataString(path[(slash + 1)..]));
    }

    public static bool IsContainerName(string name) => name is RootContainer or "$web" or "$logs" || ContainerNames().IsMatch(name);

    public static bool IsBlobName(string name) =>
        name.Length is > 0 and <= LongestName && Encoding.UTF8.GetByteCount(name) <= MostNameBytes && !name.Contains('\0', StringComparison.Ordinal) && IsWhole(name);

    private static BlobTarget Single(string name, bool isContainer) => isContainer ? new(name, null) : new(RootContainer, name);

    /// <summary>Half of a character that takes two cannot be written down.</summary>
    private static bool IsWhole(string name)
    {
        for (ReadOnlySpan<char> rest = name; rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    [GeneratedRegex("^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex ContainerNames();
}
