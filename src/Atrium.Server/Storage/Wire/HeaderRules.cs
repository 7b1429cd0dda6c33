using System.Globalization;
using Atrium.Server.Hosting;

namespace Atrium.Server.Storage.Wire;

/// <summary>Headers that the storage services have in common. Pure.</summary>
internal static class HeaderRules
{
    private const string MetadataPrefix = "x-ms-meta-";
    private const int MostMetadataBytes = 8 * 1024;

    public static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("R", CultureInfo.InvariantCulture);

    public static string? Guid(StorageCall call, string header) => call.Header(header) is not { } text ? null
        : System.Guid.TryParse(text, out var id) ? id.ToString()
        : throw StorageCall.BadHeader(header, "a GUID.");

    /// <summary>Metadata of a request; null for none.</summary>
    /// <exception cref="ApiException">400: a name or its size is wrong.</exception>
    public static IReadOnlyDictionary<string, string>? ReadMetadata(HttpRequest request)
    {
        Dictionary<string, string>? metadata = null;
        var size = 0;
        foreach (var (header, values) in request.Headers)
        {
            if (!header.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var name = header[MetadataPrefix.Length..];
            if (name.Length == 0)
            {
                throw ApiException.BadRequest("EmptyMetadataKey", "The key for one of the metadata key-value pairs is empty.");
            }

            if (!IsIdentifier(name))
            {
                throw ApiException.BadRequest("InvalidMetadata", $"The metadata name '{name}' must be an identifier: letters, digits and underscores, and no digit at the beginning.");
            }

            metadata ??= new(StringComparer.OrdinalIgnoreCase);
            metadata[name] = string.Join(',', values.ToArray());
            size += name.Length + metadata[name].Length;
        }

        return size <= MostMetadataBytes ? metadata : throw ApiException.BadRequest("MetadataTooLarge", $"The metadata has {size} bytes; {MostMetadataBytes} are allowed.");
    }

    public static void WriteMetadata(StorageCall call, IReadOnlyDictionary<string, string>? metadata)
    {
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            call.Set(MetadataPrefix + name, value);
        }
    }

    public static byte[]? ReadMd5(StorageCall call, string header)
    {
        const int md5Bytes = 16;
        return call.Header(header) is { } text ? ReadHash(text, md5Bytes) ?? throw ApiException.BadRequest("InvalidMd5", $"The MD5 value in '{header}' must be {md5Bytes} bytes in base64.") : null;
    }

    public static byte[]? ReadHash(string text, int bytes)
    {
        var hash = new byte[bytes];
        return Convert.TryFromBase64String(text, hash, out var written) && written == bytes ? hash : null;
    }

    private static bool IsIdentifier(string name) => !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
